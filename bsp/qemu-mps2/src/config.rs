//! Limits of apps on this board.

use akira::Config;
use akira::abi::caps::{CapabilitySet, Policy, Quotas};
use akira::store::Store;

use crate::layout::{self, IMAGE_BYTES, RECORDS};
use crate::{Flash, Mps2};

/// Fuel per millisecond: about the speed of an interpreter at 64 MHz.
const FUEL_PER_MS: u64 = 3_500;

/// Maximum bytes of an app's files: 4 KiB, or less if the flash cannot hold that much for the
/// maximum number of installed apps and two incoming ones.
const STORAGE_BYTES: u32 = {
    let fair = Store::<Flash, RECORDS>::fair_quota(layout::INSTALLED as u32 + 2);
    if fair < 4 << 10 { fair } else { 4 << 10 }
};

/// Returns the board's configuration of the runtime.
pub fn config() -> Config {
    let policy = Policy::new(akira::offered::<Mps2>(), CapabilitySet::from_bits(u64::MAX))
        .with_limits(
            Quotas::default()
                .with_memory(layout::MEMORY_BYTES)
                .with_storage(STORAGE_BYTES),
        );
    let mut config = Config::small()
        .with_policy(policy)
        .with_images(layout::INSTALLED, IMAGE_BYTES)
        .with_memory_bytes(layout::APP_BYTES)
        .with_speed(FUEL_PER_MS, 2);
    config.running_max = layout::RUNNING;
    config.app_memory_bytes = layout::APP_MEMORY_BYTES;
    config.app_heap_bytes = layout::APP_HEAP_BYTES;
    config.app_stack_bytes = layout::APP_STACK_BYTES;
    config.app_storage_bytes = STORAGE_BYTES;
    config
}
