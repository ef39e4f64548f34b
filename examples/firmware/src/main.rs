//! A firmware that runs apps: they may write to the log, wait, and use three pins.

#![no_std]
#![no_main]

extern crate alloc;

#[cfg_attr(target_arch = "arm", path = "mps2.rs")]
#[cfg_attr(target_arch = "riscv32", path = "virt.rs")]
mod chip;

use akira::abi::{AppId, Area, Clock, Errno};
#[cfg(feature = "small")]
use akira::engine::Spacewasm as Engine;
#[cfg(not(feature = "small"))]
use akira::engine::Wasmi as Engine;
use akira::gpio::{Gpio, IoLine, PinMap};
use akira::log::{Level, Log, WriteSink};
use akira::time::{TickClock, Time};
use akira::{Answer, Board, Call, Config, Event, InstallOptions, Natives, Runtime};
use alloc::rc::Rc;
use core::convert::Infallible;

const BLINK: &[u8] = include_bytes!("../../apps/bin/blink.wasm");

/// The numbers by which apps know the pins: two lights and a button.
const PINS: PinMap = PinMap::EMPTY
    .with_line(42, 0)
    .with_line(43, 1)
    .with_line(0, 2);

type AppLog = Log<WriteSink<chip::Serial>, TickClock, 4>;
type AppPins = Gpio<IoLine<chip::Input, chip::Output>, fn(AppId) -> u32, 3, 4>;

struct Device {
    clock: TickClock,
    log: AppLog,
    pins: AppPins,
}

impl Board for Device {
    const NATIVES: Natives<Self> = &[
        akira::gpio::natives(),
        akira::log::natives(),
        akira::time::natives(),
    ];

    fn clock(&self) -> &dyn Clock {
        &self.clock
    }

    async fn complete(&self, call: &mut Call<'_, Self>) -> Answer {
        match call.row().area {
            Area::Time => akira::time::complete(&Time::new(self.clock), call).await,
            _ => Err(Errno::ENOSYS.into()),
        }
    }

    fn observe(&self, event: &Event<'_>) {
        akira::log::announce(&self.log, event);
    }
}

impl AsRef<AppLog> for Device {
    fn as_ref(&self) -> &AppLog {
        &self.log
    }
}

impl AsRef<AppPins> for Device {
    fn as_ref(&self) -> &AppPins {
        &self.pins
    }
}

/// Runs the apps; start-up code calls it with the heap in place.
fn run(serial: chip::Serial, [green, red]: [chip::Output; 2], button: chip::Input) -> Infallible {
    let clock = TickClock::new(chip::micros);
    let lines = [
        IoLine::output(green),
        IoLine::output(red),
        IoLine::input(button),
    ];
    let device = Device {
        clock,
        log: Log::new(WriteSink::new(serial), clock, akira::log::Config::default()),
        pins: Gpio::new(PINS, lines, |_| 0),
    };
    let runtime = Runtime::with_engine(Rc::new(device), Engine::default(), Config::small());
    match runtime.install(BLINK, &InstallOptions::trusted()) {
        Ok(name) => drop(runtime.start(&name).expect("there is room for it")),
        Err(error) => (runtime.board().log).note("", Level::Error, format_args!("{error}")),
    }
    embassy_futures::block_on(runtime.run())
}
