//! Start-up of the firmware, from reset to running apps.

use alloc::rc::Rc;
use core::fmt::{self, Write as _};

use akira::log::Level;
use akira::{Runtime, install};
use akira_shell::Config;
use cortex_m::peripheral::{Peripherals, SCB};
use embassy_executor::{Executor, SpawnError, Spawner};
use embassy_futures::block_on;
use static_cell::{ConstStaticCell, StaticCell};

use crate::config::config;
use crate::heap::{self, HEAP};
use crate::keep::{Apps, IMAGES};
use crate::uart::Blocking;
use crate::{Engine, Flash, Journal, Mps2, Uart, clock, interrupt, stack};

/// Starts the board; never returns. Call it first in `main`.
pub fn start() -> ! {
    static JOURNAL: ConstStaticCell<Journal> = ConstStaticCell::new(Journal::new());
    static EXECUTOR: StaticCell<Executor> = StaticCell::new();
    heap::start();
    if let Some(peripherals) = Peripherals::take() {
        stack::guard(&peripherals.MPU);
    }
    clock::start();
    let uart = Uart::start();
    // Cannot fail. This line makes each start and restart visible on the UART.
    let _ = write!(
        Blocking,
        "\r\nakira {} on qemu-mps2\r\n",
        env!("CARGO_PKG_VERSION")
    );
    let journal = JOURNAL.take();
    let apps = assemble(journal);
    begin(&apps);
    interrupt::enable();
    EXECUTOR.init(Executor::new()).run(|spawner| {
        if let Err(error) = spawn(spawner, apps, journal, uart) {
            panic!("cannot start the tasks: {error:?}");
        }
    })
}

/// Creates the board, the runtime and the library of apps on the flash.
///
/// # Panics
///
/// If the flash is damaged, or was written by a newer firmware.
#[inline(never)]
fn assemble(journal: &'static Journal) -> Apps {
    // Blocking is fine: no other task runs yet.
    let store = match block_on(akira_board::open(Flash::new(), IMAGES)) {
        Ok(store) => store,
        Err(error) => panic!("{error}; to start with an empty flash, cut the power"),
    };
    let board = Rc::new(Mps2::new(journal, &store));
    let runtime = Runtime::with_engine(board, Engine::default(), config());
    let library = install::Config::developer().with_mapping(Flash::mapped);
    Apps::new(runtime, store, library)
}

/// Starts the apps that are stored on the flash.
#[inline(never)]
fn begin(apps: &Apps) {
    let board = apps.runtime().board();
    // Boots before any other task runs, so every query sees all apps.
    if let Err(error) = block_on(apps.boot()) {
        board.note(
            "",
            Level::Error,
            format_args!("cannot read the apps on flash: {error}"),
        );
    }
    let what = "developer mode: unsigned apps are accepted";
    board.note("", Level::Warn, format_args!("{what}"));
}

// Not inlined: moving the tasks to their final place takes stack, which is free again when this
// function returns, before the tasks run.
#[inline(never)]
fn spawn(
    spawner: Spawner,
    apps: Apps,
    journal: &'static Journal,
    uart: Uart,
) -> Result<(), SpawnError> {
    spawner.spawn(run_apps(apps.clone())?);
    spawner.spawn(command_line(apps, journal, uart)?);
    Ok(())
}

#[embassy_executor::task]
async fn run_apps(apps: Apps) {
    akira_board::run_apps(&apps).await;
}

/// Serves the command line on the UART.
#[embassy_executor::task]
async fn command_line(apps: Apps, journal: &'static Journal, mut uart: Uart) {
    let config = Config::default()
        .with_log(journal)
        .with_stats(&stats)
        .with_reboot(&reboot);
    akira_board::serve(&apps, &mut uart, config).await;
}

fn stats(out: &mut dyn fmt::Write) -> fmt::Result {
    writeln!(out, "{HEAP}")?;
    let (used, size) = (stack::used(), stack::size());
    writeln!(out, "stack: at most {used} of {size} bytes")
}

fn reboot() {
    SCB::sys_reset()
}
