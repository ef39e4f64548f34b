//! A firmware that runs apps, which may write to the log, wait, and use three pins.

#![no_std]
#![no_main]

extern crate alloc;

#[cfg_attr(target_arch = "arm", path = "mps2.rs")]
#[cfg_attr(target_arch = "riscv32", path = "virt.rs")]
mod chip;

use akira::abi::{AppId, Clock};
#[cfg(feature = "small")]
use akira::engine::Spacewasm as Engine;
#[cfg(not(feature = "small"))]
use akira::engine::Wasmi as Engine;
use akira::gpio::{Gpio, IoLine, PinMap};
use akira::log::{Level, Log, WriteSink};
use akira::time::{TickClock, Time};
use akira::{Board, Config, InstallOptions, Runtime, gpio, log, time};
use alloc::rc::Rc;
use core::convert::Infallible;

const BLINK: &[u8] = include_bytes!("../../apps/bin/blink.wasm");

/// Pin numbers as apps use them: two lights and a button.
const PINS: PinMap = PinMap::EMPTY
    .with_line(42, 0)
    .with_line(43, 1)
    .with_line(0, 2);

type AppLog = log::Module<WriteSink<chip::Serial>, TickClock, 4>;
type AppPins = gpio::Module<IoLine<chip::Input, chip::Output>, fn(AppId) -> u32, 3, 4>;

/// Native modules that apps can call.
type Modules = (AppLog, AppPins, time::Module<TickClock>);

struct Device {
    modules: Modules,
    clock: TickClock,
}

impl Board for Device {
    type Modules = Modules;

    fn modules(&self) -> &Modules {
        &self.modules
    }

    fn clock(&self) -> &dyn Clock {
        &self.clock
    }
}

/// Runs the apps; start-up code calls it after it has initialised the heap.
fn run(serial: chip::Serial, [green, red]: [chip::Output; 2], button: chip::Input) -> Infallible {
    let clock = TickClock::new(chip::micros);
    let pins = [
        IoLine::output(green),
        IoLine::output(red),
        IoLine::input(button),
    ];
    let lines = WriteSink::new(serial);
    let modules: Modules = (
        log::Module(Log::new(lines, clock, log::Config::default())),
        gpio::Module(Gpio::new(PINS, pins, |_| 0)),
        time::Module(Time::new(clock)),
    );
    let device = Device { modules, clock };
    let runtime = Runtime::with_engine(Rc::new(device), Engine::default(), Config::small());
    match runtime.install(BLINK, &InstallOptions::trusted()) {
        Ok(name) => drop(runtime.start(&name).expect("there is room for it")),
        Err(error) => {
            let (log, ..) = runtime.board().modules();
            log.0.note("", Level::Error, format_args!("{error}"));
        }
    }
    embassy_futures::block_on(runtime.run())
}
