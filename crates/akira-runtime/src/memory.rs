//! The native module `memory`: allocation by the host, in the app's own linear memory and budget.

use crate::call::Call;
use crate::native::{Answer, Board, Native};
use akira_abi::memory::{MEM_ALLOC, MEM_FREE};
use core::marker::PhantomData;

/// Returns the natives of this module.
pub const fn natives<B: Board>() -> &'static [Native<B>] {
    Table::<B>::NATIVES
}

struct Table<B>(PhantomData<B>);

impl<B: Board> Table<B> {
    const NATIVES: &'static [Native<B>] = &[
        Native::immediate(&MEM_ALLOC, |_, call| alloc(call)),
        Native::immediate(&MEM_FREE, |_, call| {
            call.charge(FREE_FUEL);
            let address = call.u32(0);
            call.app().free(address);
            Ok(0)
        }),
    ];
}

/// What it costs to find a block among many, in fuel.
const FREE_FUEL: u64 = 20;

/// The largest request that is looked at, as on AkiraOS.
const LARGEST: u32 = 16 << 20;

fn alloc<B: Board>(call: &mut Call<'_, B>) -> Answer {
    match call.u32(0) {
        0 => Ok(0),
        size if size > LARGEST => Ok(0),
        size => call.allocate(size).map(|address| address as i32),
    }
}
