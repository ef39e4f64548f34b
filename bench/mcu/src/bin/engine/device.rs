//! A device with the least behind its native calls, so that what is measured is the way there.

use core::cell::Cell;
use core::task::Waker;

use akira_runtime::abi::gpio::GPIO_READ;
use akira_runtime::abi::log::PRINTF_NATIVE;
use akira_runtime::abi::time::{DELAY, GET_TIME_MS, SLEEP_MS};
use akira_runtime::abi::{Clock, Instant};
use akira_runtime::{Answer, Board, Call, Native, Natives};
use embassy_futures::yield_now;

/// What the native calls reach.
#[derive(Debug, Default)]
pub(crate) struct Device {
    levels: Cell<u32>,
    printed_bytes: Cell<usize>,
}

impl Clock for Device {
    fn now(&self) -> Instant {
        Instant::START
    }

    fn wake_at(&self, _: Instant, _: &Waker) {}
}

impl Board for Device {
    const NATIVES: Natives<Self> = &[&[
        Native::immediate(&GPIO_READ, |device, call| {
            Ok((device.levels.get() >> (call.u32(0) % 32) & 1) as i32)
        }),
        Native::immediate64(&GET_TIME_MS, |device, _| Ok(i64::from(device.levels.get()))),
        Native::immediate(&PRINTF_NATIVE, |device, call| {
            let bytes = device.printed_bytes.get() + call.str(0)?.len();
            device.printed_bytes.set(bytes);
            Ok(0)
        }),
        Native::suspending(&DELAY),
        Native::suspending(&SLEEP_MS),
    ]];

    fn clock(&self) -> &dyn Clock {
        self
    }

    /// Answers `delay` at once and `sleep_ms` in the next poll.
    async fn complete(&self, call: &mut Call<'_, Self>) -> Answer {
        if call.is(&SLEEP_MS) {
            yield_now().await;
        }
        Ok(0)
    }
}
