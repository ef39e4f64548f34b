//! Device with minimal native calls, so that the path to a call is measured and not the call
//! itself.

use akira::abi::gpio::GPIO_READ;
use akira::abi::input::INPUT_POLL_EVENT;
use akira::abi::log::PRINTF_NATIVE;
use akira::abi::time::{DELAY, GET_TIME_MS, SLEEP_MS};
use akira::abi::{Clock, Instant};
use akira::ipc::Ipc;
use akira::{Answer, Board, Call, NativeModule, ipc, memory, natives};
use embassy_futures::yield_now;
use std::cell::Cell;
use std::task::Waker;

/// Device: the modules of its native calls, and a count of the used fuel.
#[derive(Debug)]
pub(crate) struct Device {
    modules: (memory::Module, ipc::Module<NoClock, 4, 4, 512>, Reached),
    consumed: Cell<u64>,
}

/// State of the native calls, with and without the runtime.
#[derive(Debug, Default)]
pub(crate) struct Reached {
    levels: Cell<u32>,
    printed_bytes: Cell<usize>,
}

/// Clock that always returns the same time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoClock;

impl Default for Device {
    fn default() -> Self {
        Self {
            modules: (
                memory::Module,
                ipc::Module::new(NoClock),
                Reached::default(),
            ),
            consumed: Cell::new(0),
        }
    }
}

impl Device {
    pub(crate) fn ipc(&self) -> &Ipc<4, 4, 512> {
        self.modules.1.ipc()
    }

    /// Returns the fuel that all apps have used.
    pub(crate) fn consumed(&self) -> u64 {
        self.consumed.get()
    }
}

impl Reached {
    pub(crate) fn level(&self, pin: u32) -> u32 {
        self.levels.get() >> (pin % 32) & 1
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

impl Clock for NoClock {
    fn now(&self) -> Instant {
        Instant::START
    }

    fn wake_at(&self, _: Instant, _: &Waker) {}
}

impl NativeModule for Reached {
    natives! {
        immediate GPIO_READ => |device, call| Ok(device.level(call.u32(0)) as i32),
        immediate64 GET_TIME_MS => |device, _| Ok(device.uptime_ms()),
        immediate INPUT_POLL_EVENT => |device, call| {
            device.fill(call.bytes_mut(0));
            Ok(0)
        },
        immediate PRINTF_NATIVE => |device, call| {
            device.print(call.str(0)?);
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
    type Modules = (memory::Module, ipc::Module<NoClock, 4, 4, 512>, Reached);

    fn modules(&self) -> &Self::Modules {
        &self.modules
    }

    fn clock(&self) -> &dyn Clock {
        &NoClock
    }

    fn consumed(&self, fuel: u64) {
        self.consumed.set(self.consumed.get() + fuel);
    }
}
