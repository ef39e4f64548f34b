//! From reset to running apps.

use alloc::rc::Rc;
use core::fmt::{self, Write as _};

use akira::abi::caps::CapabilitySet;
use akira::{RamInstaller, Runtime};
use akira_shell::{Config, Shell};
use cortex_m::peripheral::{Peripherals, SCB};
use embassy_executor::{Executor, SpawnError, Spawner};
use static_cell::StaticCell;

use crate::config::config;
use crate::layout::IMAGE_BYTES;
use crate::uart::Blocking;
use crate::{BoardClock, Engine, HEAP_BYTES, Journal, Mps2, Uart, heap, interrupt, stack};

type Apps = Runtime<Mps2, Engine>;

/// Starts the board: the first thing that runs, and the last.
pub fn start() -> ! {
    static JOURNAL: StaticCell<Journal> = StaticCell::new();
    static EXECUTOR: StaticCell<Executor> = StaticCell::new();
    heap::start();
    if let Some(peripherals) = Peripherals::take() {
        stack::guard(&peripherals.MPU);
    }
    let (clock, uart) = (BoardClock::start(), Uart::start());
    // It cannot fail; whoever listens sees the firmware start, and whether it starts again.
    let _ = write!(
        Blocking,
        "\r\nakira {} on qemu-mps2\r\n",
        env!("CARGO_PKG_VERSION")
    );
    let journal = JOURNAL.init(Journal::new());
    let runtime = Runtime::with_engine(
        Rc::new(Mps2::new(clock, journal)),
        Engine::default(),
        config(),
    );
    interrupt::enable();
    EXECUTOR.init(Executor::new()).run(|spawner| {
        if let Err(error) = spawn(spawner, runtime, journal, uart) {
            panic!("the tasks do not start: {error:?}");
        }
    })
}

fn spawn(
    spawner: Spawner,
    runtime: Apps,
    journal: &'static Journal,
    uart: Uart,
) -> Result<(), SpawnError> {
    spawner.spawn(apps(runtime.clone())?);
    spawner.spawn(command_line(runtime, journal, uart)?);
    Ok(())
}

/// Runs the apps.
#[embassy_executor::task]
async fn apps(runtime: Apps) {
    runtime.run().await;
}

/// Serves whoever is at the other end of the UART: someone with the board in their hands, so an app that comes this
/// way gets whatever it asks for.
#[embassy_executor::task]
async fn command_line(runtime: Apps, journal: &'static Journal, mut uart: Uart) {
    let config = Config::default()
        .with_log(journal)
        .with_stats(&stats)
        .with_reboot(&reboot);
    let everything = CapabilitySet::from_bits(u64::MAX);
    let installer = RamInstaller::new(runtime).with_apps(IMAGE_BYTES as u32, everything);
    let mut shell = Shell::new(installer, config);
    loop {
        // A UART neither fails nor closes.
        let _ = shell.run(&mut uart).await;
    }
}

fn stats(out: &mut dyn fmt::Write) -> fmt::Result {
    let (used, peak) = (heap::used(), heap::peak());
    writeln!(out, "heap: {used} of {HEAP_BYTES} bytes, at most {peak}")?;
    let (used, size) = (stack::used(), stack::size());
    writeln!(out, "stack: at most {used} of {size} bytes")
}

fn reboot() {
    SCB::sys_reset()
}
