//! Device with minimal native calls, so that the path to a call is measured and not the call
//! itself.

use core::cell::Cell;
use core::task::Waker;

use akira_runtime::abi::gpio::GPIO_READ;
use akira_runtime::abi::log::PRINTF_NATIVE;
use akira_runtime::abi::time::{DELAY, GET_TIME_MS, SLEEP_MS};
use akira_runtime::abi::{Clock, Instant};
use akira_runtime::{Answer, Board, Call, NativeModule, natives};
use embassy_futures::yield_now;

/// Board.
#[derive(Debug, Default)]
pub(crate) struct Device {
    modules: (Reached,),
}

/// State of the native calls.
#[derive(Debug, Default)]
pub(crate) struct Reached {
    levels: Cell<u32>,
    printed_bytes: Cell<usize>,
}

impl Clock for Device {
    fn now(&self) -> Instant {
        Instant::START
    }

    fn wake_at(&self, _: Instant, _: &Waker) {}
}

impl NativeModule for Reached {
    natives! {
        immediate GPIO_READ => |device, call| {
            Ok((device.levels.get() >> (call.u32(0) % 32) & 1) as i32)
        },
        immediate64 GET_TIME_MS => |device, _| Ok(i64::from(device.levels.get())),
        immediate PRINTF_NATIVE => |device, call| {
            let bytes = device.printed_bytes.get() + call.str(0)?.len();
            device.printed_bytes.set(bytes);
            Ok(0)
        },
        suspending DELAY => Self::answer,
        suspending SLEEP_MS => Self::answer_later,
    }
}

impl Reached {
    async fn answer(&self, _: &mut Call<'_>) -> Answer {
        Ok(0)
    }

    /// Returns in the next poll.
    async fn answer_later(&self, _: &mut Call<'_>) -> Answer {
        yield_now().await;
        Ok(0)
    }
}

impl Board for Device {
    type Modules = (Reached,);

    fn modules(&self) -> &Self::Modules {
        &self.modules
    }

    fn clock(&self) -> &dyn Clock {
        self
    }
}
