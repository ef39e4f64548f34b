//! A device with the least behind its native calls, so that what is measured is the way there.

use akira::abi::gpio::GPIO_READ;
use akira::abi::input::INPUT_POLL_EVENT;
use akira::abi::ipc::MSG_RECV;
use akira::abi::log::PRINTF_NATIVE;
use akira::abi::time::{DELAY, GET_TIME_MS, SLEEP_MS};
use akira::abi::{Clock, Instant};
use akira::ipc::{self, Ipc};
use akira::memory;
use akira::{Answer, Board, Call, Native, Natives};
use embassy_futures::yield_now;
use std::cell::Cell;
use std::task::Waker;

/// What the native calls reach, here and without the runtime.
#[derive(Debug, Default)]
pub(crate) struct Device {
    levels: Cell<u32>,
    consumed: Cell<u64>,
    ipc: Ipc<4, 4, 512>,
    printed_bytes: Cell<usize>,
}

impl Device {
    pub(crate) fn level(&self, pin: u32) -> u32 {
        self.levels.get() >> (pin % 32) & 1
    }

    /// Returns the fuel that all apps have used.
    pub(crate) fn consumed(&self) -> u64 {
        self.consumed.get()
    }

    pub(crate) fn uptime_ms(&self) -> i64 {
        i64::from(self.levels.get())
    }

    pub(crate) fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(self.levels.get() as u8);
    }

    pub(crate) fn print(&self, text: &str) {
        self.printed_bytes
            .set(self.printed_bytes.get() + text.len());
    }
}

impl AsRef<Ipc<4, 4, 512>> for Device {
    fn as_ref(&self) -> &Ipc<4, 4, 512> {
        &self.ipc
    }
}

impl Clock for Device {
    fn now(&self) -> Instant {
        Instant::START
    }

    fn wake_at(&self, _: Instant, _: &Waker) {}
}

impl Board for Device {
    const NATIVES: Natives<Self> = &[
        memory::natives(),
        ipc::natives(),
        &[
            Native::immediate(&GPIO_READ, |device, call| {
                Ok(device.level(call.u32(0)) as i32)
            }),
            Native::immediate64(&GET_TIME_MS, |device, _| Ok(device.uptime_ms())),
            Native::immediate(&INPUT_POLL_EVENT, |device, call| {
                device.fill(call.bytes_mut(0));
                Ok(0)
            }),
            Native::immediate(&PRINTF_NATIVE, |device, call| {
                device.print(call.str(0)?);
                Ok(0)
            }),
            Native::suspending(&DELAY),
            Native::suspending(&SLEEP_MS),
        ],
    ];

    fn clock(&self) -> &dyn Clock {
        self
    }

    fn consumed(&self, fuel: u64) {
        self.consumed.set(self.consumed.get() + fuel);
    }

    /// Answers `delay` at once and `sleep_ms` in the next poll.
    async fn complete(&self, call: &mut Call<'_, Self>) -> Answer {
        if call.is(&MSG_RECV) {
            return ipc::complete(&self.ipc, self, call).await;
        }
        if call.is(&SLEEP_MS) {
            yield_now().await;
        }
        Ok(0)
    }
}
