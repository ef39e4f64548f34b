//! A device with the valve, on a host and on a Cortex-M4. It runs one app twice: once with the right to move the valve,
//! and once without.

#![cfg_attr(target_os = "none", no_std)]
#![cfg_attr(target_os = "none", no_main)]

extern crate alloc;

#[cfg_attr(target_os = "none", path = "../../firmware/src/mps2.rs")]
#[cfg_attr(not(target_os = "none"), path = "host.rs")]
mod chip;

use acme::{CAPABILITIES, VALVE, Valve};
use akira::abi::Clock;
use akira::abi::caps::{CapabilitySet, Policy};
use akira::engine::Wasmi;
use akira::log::{Level, Log, WriteSink};
use akira::time::{TickClock, Time};
use akira::{Board, Config, InstallOptions, Runtime, log, time};
use alloc::rc::Rc;
use core::convert::Infallible;

const IRRIGATE: &[u8] = include_bytes!("../../apps/bin/irrigate.wasm");

/// RAM for apps: many of the engine's fields have the size of an address, which is 8 bytes on a 64-bit host.
const MEMORY_BYTES: u64 = (16 << 10) * size_of::<usize>() as u64;

/// Native modules that apps can call.
type Modules = (
    log::Module<WriteSink<chip::Serial>, TickClock, 4>,
    time::Module<TickClock>,
    Valve<chip::Output, TickClock>,
);

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

#[cfg(not(target_os = "none"))]
fn main() {
    chip::start();
}

/// Runs the apps; start-up code calls it after it has initialised the heap.
fn run(serial: chip::Serial, [pin, _]: [chip::Output; 2], _: chip::Input) -> Infallible {
    let clock = TickClock::new(chip::micros);
    let lines = Log::new(WriteSink::new(serial), clock, log::Config::default());
    let modules = (
        log::Module(lines),
        time::Module(Time::new(clock)),
        Valve::new(pin, clock),
    );
    let device = Device { modules, clock };
    let mut config = Config::small().with_memory_bytes(MEMORY_BYTES);
    config.policy = Policy::new(
        akira::offered::<Device>(),
        CapabilitySet::from_bits(u64::MAX),
    )
    .with_vendors(CAPABILITIES);
    let runtime = Runtime::with_engine(Rc::new(device), Wasmi, config);
    let visitor = named("visitor").with_deny(VALVE.set());
    for options in [visitor, named("gardener")] {
        match runtime.install(IRRIGATE, &options) {
            Ok(name) => drop(runtime.start(&name).expect("there is room for it")),
            Err(error) => {
                let (log, ..) = runtime.board().modules();
                log.0.note("", Level::Error, format_args!("{error}"));
            }
        }
    }
    embassy_futures::block_on(runtime.run())
}

/// Returns the options of a trusted app with this name.
fn named(name: &str) -> InstallOptions<'_> {
    InstallOptions::trusted().with_name(name)
}
