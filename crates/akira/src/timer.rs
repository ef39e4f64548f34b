//! The native module `timer`: stopwatches.

pub use akira_bridge_timer::*;

use crate::abi::timer::{TIMER_CREATE, TIMER_ELAPSED, TIMER_FREE, TIMER_START, TIMER_STOP};
use crate::abi::{AppId, Clock, Errno};
use crate::{Answer, Board, Call, Kind, Native};
use core::marker::PhantomData;

/// What it costs to open or to close a handle, in fuel.
const OPEN_FUEL: u64 = 20;

/// Returns the natives of this module.
pub const fn natives<B, C, const N: usize>() -> &'static [Native<B>]
where
    B: Board + AsRef<Timers<C, N>>,
    C: Clock + 'static,
{
    Table::<B, C, N>::NATIVES
}

struct Table<B, C, const N: usize>(PhantomData<(B, C)>);

impl<B: Board + AsRef<Timers<C, N>>, C: Clock + 'static, const N: usize> Table<B, C, N> {
    const KIND: Kind<B> = Kind {
        name: "timer",
        release: Self::release,
    };

    const NATIVES: &'static [Native<B>] = &[
        Native::immediate(&TIMER_CREATE, |board, call| {
            call.charge(OPEN_FUEL);
            let timer = board.as_ref().create(call.app().id())?;
            Ok(call.app().resources().open(Self::KIND, timer)? as i32)
        }),
        Native::immediate(&TIMER_START, |board, call| {
            let timer = Self::timer(call)?;
            Ok(board.as_ref().start(call.app().id(), timer).map(|()| 0)?)
        }),
        Native::immediate(&TIMER_STOP, |board, call| {
            let timer = Self::timer(call)?;
            Ok(board.as_ref().stop(call.app().id(), timer).map(|()| 0)?)
        }),
        Native::immediate(&TIMER_ELAPSED, |board, call| Self::elapsed(board, call)),
        Native::immediate(&TIMER_FREE, |_, call| {
            call.charge(OPEN_FUEL);
            let handle = call.u32(0);
            let closed = call.app().resources().close(Self::KIND, handle);
            Ok(closed.map(|()| 0).map_err(|_| Errno::EINVAL)?)
        }),
    ];

    fn elapsed(board: &B, call: &mut Call<'_, B>) -> Answer {
        let timer = Self::timer(call)?;
        Ok(board.as_ref().elapsed_ms(call.app().id(), timer)? as i32)
    }

    /// Returns the bridge's number of the timer that the first parameter names; `EINVAL`, as on AkiraOS, if the app
    /// has none of it.
    fn timer(call: &mut Call<'_, B>) -> Result<u32, Errno> {
        let handle = call.u32(0);
        call.app()
            .resources()
            .value(Self::KIND, handle)
            .map_err(|_| Errno::EINVAL)
    }

    fn release(board: &B, app: AppId, timer: u32) {
        // Fails only if the bridge forgot the timer first, which is what is wanted.
        let _ = board.as_ref().free(app, timer);
    }
}
