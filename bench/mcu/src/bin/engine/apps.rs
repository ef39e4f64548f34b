//! Measures apps under the runtime: native calls, life cycle, memory.

use alloc::boxed::Box;
use alloc::rc::Rc;
use core::convert::Infallible;
use core::pin::Pin;
use core::task::{Context, Waker};
use core::time::Duration;

use akira_bench_mcu::modules::{CALLS, CALLS_PER_TURN, LOADED, LOOP, WAIT};
use akira_bench_mcu::{count, heap, report, stack};
use akira_runtime::abi::caps::CapabilitySet;
use akira_runtime::{Config, InstallOptions, Runtime};

use crate::device::Device;
use crate::{CALL_DEPTH, STACK_BYTES, TABLE_ELEMENTS, TheEngine};

/// Size of the guests' linear memory, in bytes.
const PAGE_BYTES: usize = 64 << 10;

/// Name of the app in each measurement.
const NAME: &str = "app";

/// Runtime with the future that drives its apps.
struct Apps {
    runtime: Runtime<Device, TheEngine>,
    running: Pin<Box<dyn Future<Output = Infallible>>>,
}

pub(crate) fn measure() {
    calls();
    life();
    memory();
}

fn calls() {
    let (empty, _) = turn(LOOP);
    for (name, guest) in CALLS {
        let (instructions, allocations) = turn(guest);
        let calls = instructions.saturating_sub(empty);
        report::each(format_args!("call {name}"), calls, CALLS_PER_TURN);
        report::each(
            format_args!("allocations {name}"),
            allocations,
            CALLS_PER_TURN,
        );
    }
}

/// Returns the instructions and the allocations of one turn of a guest.
fn turn(guest: &'static [u8]) -> (u64, u64) {
    let mut apps = Apps::new();
    apps.install(guest);
    apps.start();
    // The first turn translates the functions.
    apps.poll();
    let before = heap::allocations();
    let (instructions, ()) = count(|| apps.poll());
    let allocations = heap::allocations() - before;
    apps.check();
    (instructions, allocations as u64)
}

fn life() {
    let mut deepest = 0;
    for (size, module) in LOADED {
        let mut apps = Apps::new();
        let (stack, (install, ())) = stack::used_by(|| count(|| apps.install(module)));
        let (start, ()) = count(|| {
            apps.start();
            apps.poll();
        });
        apps.check();
        report::number(format_args!("install {size}k"), install);
        deepest = deepest.max(stack);
        report::number(format_args!("start {size}k"), start);
    }
    report::number(format_args!("stack install"), deepest as u64);
}

fn memory() {
    let before = heap::used();
    let mut apps = Apps::new();
    apps.poll();
    let runtime = heap::used() - before;
    apps.install(WAIT);
    let installed = heap::used() - before - runtime;
    apps.start();
    apps.poll();
    apps.check();
    let running = heap::used() - before - runtime - installed - PAGE_BYTES;
    report::number(format_args!("memory runtime"), runtime as u64);
    report::number(format_args!("memory installed"), installed as u64);
    report::number(format_args!("memory idle"), running as u64);
}

impl Apps {
    fn new() -> Self {
        let device = Rc::new(Device::default());
        let runtime = Runtime::with_engine(device, TheEngine::default(), config());
        let running = Box::pin({
            let runtime = runtime.clone();
            async move { runtime.run().await }
        });
        Self { runtime, running }
    }

    /// Installs the app with every capability.
    fn install(&self, module: &'static [u8]) {
        let options = InstallOptions::trusted()
            .with_name(NAME)
            .with_grant(CapabilitySet::from_bits(u64::MAX));
        if let Err(error) = self.runtime.install(module, &options) {
            panic!("{error}");
        }
    }

    fn start(&self) {
        if let Err(error) = self.runtime.start(NAME) {
            panic!("{error}");
        }
    }

    /// Runs the app until its next wait.
    fn poll(&mut self) {
        let mut cx = Context::from_waker(Waker::noop());
        assert!(self.running.as_mut().poll(&mut cx).is_pending());
    }

    /// Panics if an app has ended, since the measurement would then be too low.
    fn check(&self) {
        for app in self.runtime.apps() {
            assert!(app.run.is_some(), "{} ended: {:?}", app.name, app.exit);
        }
    }
}

fn config() -> Config {
    let mut config = Config::default();
    config.app_stack_bytes = STACK_BYTES;
    config.call_depth = CALL_DEPTH;
    config.table_elements = TABLE_ELEMENTS;
    // A slice never ends within a turn, so that the cost of a call includes no scheduling.
    config.slice_fuel = 1 << 30;
    config.fuel_per_ms = 1 << 30;
    config.exec_timeout = Duration::MAX;
    config
}
