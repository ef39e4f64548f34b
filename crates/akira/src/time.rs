//! The native module `time`, with which apps wait and read the time since the start: `delay` and
//! `akira_time.*`.

pub use akira_bridge_time::*;

use crate::abi::Clock;
use crate::abi::time::{DELAY, GET_TIME_MS, SLEEP_MS};
use crate::{Answer, Call, NativeModule, natives};

/// Answers the native calls of the module `time` with the bridge [`Time`].
#[derive(Debug)]
pub struct Module<C>(pub Time<C>);

impl<C: Clock + 'static> NativeModule for Module<C> {
    natives! {
        suspending DELAY => Self::delay,
        suspending SLEEP_MS => Self::sleep_ms,
        immediate64 GET_TIME_MS => |time, _| Ok(time.0.uptime_ms()),
    }
}

impl<C: Clock> Module<C> {
    async fn delay(&self, call: &mut Call<'_>) -> Answer {
        self.0.delay(call.u32(0)).await;
        Ok(0)
    }

    async fn sleep_ms(&self, call: &mut Call<'_>) -> Answer {
        self.0.sleep_ms(call.i32(0)).await?;
        Ok(0)
    }
}
