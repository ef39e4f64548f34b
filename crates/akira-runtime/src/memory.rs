//! The native module `memory`, with which an app allocates from the host's heap in its own linear
//! memory.

use crate::call::Call;
use crate::modules::NativeModule;
use crate::native::Answer;
use crate::natives;
use akira_abi::memory::{MEM_ALLOC, MEM_FREE};

/// Answers the native calls of the module `memory`: `mem_alloc` and `mem_free`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Module;

impl NativeModule for Module {
    natives! {
        immediate MEM_ALLOC => |_, call| alloc(call),
        immediate MEM_FREE => |_, call| {
            call.charge(FREE_FUEL);
            let address = call.u32(0);
            call.app().free(address);
            Ok(0)
        },
    }
}

/// Fuel charged for the search for the block to free.
const FREE_FUEL: u64 = 20;

/// Maximum size of an allocation in bytes, as on AkiraOS. A larger request returns 0.
const LARGEST: u32 = 16 << 20;

fn alloc(call: &mut Call<'_>) -> Answer {
    match call.u32(0) {
        0 => Ok(0),
        size if size > LARGEST => Ok(0),
        size => call.allocate(size).map(|address| address as i32),
    }
}
