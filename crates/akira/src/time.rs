//! The native module `time`: `delay`, `akira_time.*`.

pub use akira_bridge_time::*;

use crate::abi::time::{DELAY, GET_TIME_MS, SLEEP_MS};
use crate::abi::{Clock, Errno};
use crate::{Answer, Board, Call, Native};
use core::marker::PhantomData;

/// Returns the natives of this module; [`complete`] answers those that wait. The others read [`Board::clock`].
pub const fn natives<B: Board>() -> &'static [Native<B>] {
    Table::<B>::NATIVES
}

struct Table<B>(PhantomData<B>);

impl<B: Board> Table<B> {
    const NATIVES: &'static [Native<B>] = &[
        Native::suspending(&DELAY),
        Native::suspending(&SLEEP_MS),
        Native::immediate64(&GET_TIME_MS, |board, _| {
            Ok(Time::new(board.clock()).uptime_ms())
        }),
    ];
}

/// Answers a suspending call of this module.
///
/// # Errors
///
/// The errno that the app gets; `ENOSYS` for a call of another module.
///
/// # Cancel safety
///
/// A drop leaves at most a waker behind in the clock.
pub async fn complete<B: Board, C: Clock>(time: &Time<C>, call: &mut Call<'_, B>) -> Answer {
    if call.is(&DELAY) {
        time.delay(call.u32(0)).await;
        return Ok(0);
    }
    if call.is(&SLEEP_MS) {
        time.sleep_ms(call.i32(0)).await?;
        return Ok(0);
    }
    Err(Errno::ENOSYS.into())
}
