//! A device with the least behind its native calls, so that what is measured is the way there.

use akira::abi::gpio::GPIO_READ;
use akira::abi::log::PRINTF_NATIVE;
use akira::abi::time::{DELAY, GET_TIME_MS, SLEEP_MS};
use akira::abi::{Clock, Instant};
use akira::{Answer, Board, Call, Native, Natives};
use embassy_futures::yield_now;
use std::cell::Cell;
use std::task::Waker;

/// What the native calls reach, here and without the runtime.
#[derive(Debug, Default)]
pub(crate) struct Device {
    levels: Cell<u32>,
    printed_bytes: Cell<usize>,
}

impl Device {
    pub(crate) fn level(&self, pin: u32) -> u32 {
        self.levels.get() >> (pin % 32) & 1
    }

    pub(crate) fn uptime_ms(&self) -> i64 {
        i64::from(self.levels.get())
    }

    pub(crate) fn print(&self, text: &str) {
        self.printed_bytes
            .set(self.printed_bytes.get() + text.len());
    }
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
            Ok(device.level(call.u32(0)) as i32)
        }),
        Native::immediate64(&GET_TIME_MS, |device, _| Ok(device.uptime_ms())),
        Native::immediate(&PRINTF_NATIVE, |device, call| {
            device.print(call.str(0)?);
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
