//! The native module `memory`: allocation by the host, in the app's own linear memory and budget.

use crate::call::Call;
use crate::modules::NativeModule;
use crate::native::Answer;
use crate::natives;
use akira_abi::memory::{MEM_ALLOC, MEM_FREE};

/// The native module `memory`.
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

/// Cost of the search for a block among many, in fuel.
const FREE_FUEL: u64 = 20;

/// Maximum size of a request, as on AkiraOS; a larger one returns 0.
const LARGEST: u32 = 16 << 20;

fn alloc(call: &mut Call<'_>) -> Answer {
    match call.u32(0) {
        0 => Ok(0),
        size if size > LARGEST => Ok(0),
        size => call.allocate(size).map(|address| address as i32),
    }
}
