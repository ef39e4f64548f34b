//! What fits on this board.

use akira::abi::Needs;
use akira::abi::caps::{CapabilitySet, Policy, Quotas};
use akira::{Board, Config};

use crate::Mps2;

/// How much fuel is a millisecond: about what an interpreter does at 64 MHz.
const FUEL_PER_MS: u64 = 3_500;

/// The most bytes of an app's image. They are kept on the heap, beside what apps run in.
pub(crate) const IMAGE_BYTES: usize = 6 << 10;

/// The most installed apps. Their images and one that is coming take `(5 + 1) * 6` KiB of the heap.
const INSTALLED: usize = 5;

/// The bytes of the heap that running apps may have together.
const APP_BYTES: u64 = 152 << 10;

/// Returns how the board treats its apps.
pub fn config() -> Config {
    let mut config = Config::default();
    config.policy = Policy {
        limits: Quotas {
            memory: 64 << 10,
            storage: 1 << 10,
            ..Quotas::default()
        },
        ..Policy::new(offered(), CapabilitySet::from_bits(u64::MAX))
    };
    config.installed_most = INSTALLED;
    config.running_most = 5;
    config.image_bytes_most = IMAGE_BYTES;
    config.memory_bytes = APP_BYTES;
    config.app_memory_bytes = 16 << 10;
    config.app_heap_bytes = 4 << 10;
    config.app_stack_bytes = 4 << 10;
    config.call_depth = 128;
    config.table_elements = 256;
    config.app_storage_bytes = 1 << 10;
    config.app_handles = 16;
    config.fuel_per_ms = FUEL_PER_MS;
    config.slice_fuel = 2 * FUEL_PER_MS;
    config
}

/// Returns the capabilities for which the board has a native call.
fn offered() -> CapabilitySet {
    let natives = Mps2::NATIVES.iter().flat_map(|natives| natives.iter());
    natives.fold(CapabilitySet::EMPTY, |all, native| {
        match native.row().needs {
            Needs::Nothing => all,
            Needs::Any(set) => all.union(set),
            Needs::Flag { set, clear, .. } => all.union(set).union(clear),
        }
    })
}
