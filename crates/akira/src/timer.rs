//! The native module `timer`, with which apps measure time with stopwatches.

pub use akira_bridge_timer::*;

use crate::abi::timer::{TIMER_CREATE, TIMER_ELAPSED, TIMER_FREE, TIMER_START, TIMER_STOP};
use crate::abi::{AppId, Clock, Errno};
use crate::{Answer, Call, NativeModule, natives};

/// Cost in fuel of opening or closing a handle.
const OPEN_FUEL: u64 = 20;

/// Answers the native calls of the module `timer` with the bridge [`Timers`].
#[derive(Debug)]
pub struct Module<C, const N: usize>(pub Timers<C, N>);

impl<C: Clock + 'static, const N: usize> NativeModule for Module<C, N> {
    natives! {
        immediate TIMER_CREATE => Self::create,
        immediate TIMER_START => |timers, call| {
            let timer = timer(call)?;
            Ok(timers.0.start(call.app().id(), timer).map(|()| 0)?)
        },
        immediate TIMER_STOP => |timers, call| {
            let timer = timer(call)?;
            Ok(timers.0.stop(call.app().id(), timer).map(|()| 0)?)
        },
        immediate TIMER_ELAPSED => |timers, call| {
            let timer = timer(call)?;
            Ok(timers.0.elapsed_ms(call.app().id(), timer)? as i32)
        },
        immediate TIMER_FREE => Self::free_one,
    }

    fn release(&self, app: AppId) {
        self.0.release(app);
    }
}

impl<C: Clock, const N: usize> Module<C, N> {
    fn create(&self, call: &mut Call<'_>) -> Answer {
        call.charge(OPEN_FUEL);
        Ok(call.open(|app| self.0.create(app))? as i32)
    }

    fn free_one(&self, call: &mut Call<'_>) -> Answer {
        call.charge(OPEN_FUEL);
        let timer = call.close(0).map_err(|_| Errno::EINVAL)?;
        Ok(self.0.free(call.app().id(), timer).map(|()| 0)?)
    }
}

/// Returns the bridge's index of the timer whose handle is the first parameter. Returns `EINVAL`,
/// as on AkiraOS, if the app has no such timer.
fn timer(call: &mut Call<'_>) -> Result<u32, Errno> {
    call.opened(0).map_err(|_| Errno::EINVAL)
}
