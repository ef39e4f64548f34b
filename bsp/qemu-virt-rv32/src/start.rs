//! Start-up of the firmware, from reset to the launcher.

use core::fmt::{self, Write as _};

use akira::input::ButtonMap;
use akira::install;
use akira::log::Level;
use akira_board::EmbassyClock;
use akira_console::catalogue::BUNDLED;
use akira_console::keep::IMAGES;
use akira_console::{Parts as Console, Sensors};
use akira_shell::Config;
use embassy_executor::{Executor, SpawnError, Spawner};
use embassy_futures::block_on;
use static_cell::StaticCell;
use virtio_drivers::transport::DeviceType;

use crate::hardware::{Apps, Device, Kept, config};
use crate::network::{Parts, Status};
use crate::uart::LastWords;
use crate::virtio::{self, Entropy, Gpu, Keyboard, Network};
use crate::{Flash, Journal, Screen, Uart, fault, interrupt, memory, network};

/// Parameters of the tasks.
struct Tasks {
    apps: Apps,
    journal: &'static Journal,
    uart: Uart,
    gpu: Option<Gpu>,
    keyboard: Option<Keyboard>,
    network: Option<Parts>,
    status: &'static Status,
}

/// Starts the console; never returns. Call it first in `main`.
pub fn start() -> ! {
    static EXECUTOR: StaticCell<Executor> = StaticCell::new();
    memory::make_heap();
    let uart = Uart::new();
    // Cannot fail. This line makes each start and restart visible on the serial port.
    let _ = write!(
        LastWords,
        "\r\nakira {} on qemu-virt-rv32\r\n",
        env!("CARGO_PKG_VERSION")
    );
    let device = assemble(uart);
    // From here on the peak shows the stack that apps need: creating the console takes more stack,
    // but only once.
    memory::paint_stack();
    interrupt::enable();
    EXECUTOR.init(Executor::new()).run(|spawner| {
        if let Err(error) = spawn(spawner, device) {
            panic!("cannot start the tasks: {error:?}");
        }
    })
}

#[inline(never)]
fn assemble(uart: Uart) -> Tasks {
    static JOURNAL: StaticCell<Journal> = StaticCell::new();
    static STATUS: StaticCell<Status> = StaticCell::new();
    let journal = JOURNAL.init_with(Journal::new);
    let status: &Status = STATUS.init_with(Status::default);
    let Some(screen) = Screen::new() else {
        panic!("no memory for the screen");
    };
    let console = Console {
        clock: EmbassyClock,
        log: &*journal,
        panel: screen.clone(),
        sensor: Sensors::at_rest(),
        kept: open(),
    };
    let library = install::Config::developer().with_mapping(Flash::mapped);
    let device = Device::new(console, config(), library);
    // Boots before any other task runs, so every query sees all apps. An error is ignored: `boot`
    // logs it.
    let _ = block_on(device.boot(BUNDLED));
    let apps = device.library().clone();
    Tasks {
        gpu: find_gpu(&apps, screen),
        keyboard: find_keyboard(&apps),
        network: find_network(&apps, journal, status),
        status,
        apps,
        journal,
        uart,
    }
}

/// Opens the store on the flash.
///
/// # Panics
///
/// If the flash fails, is damaged, or was written by a newer firmware. It is not formatted in these
/// cases: the user decides whether its data may be lost.
fn open() -> Kept {
    let flash = match Flash::find() {
        Ok(flash) => flash,
        Err(error) => panic!("the flash: {error}"),
    };
    // Blocking is fine: no other task runs yet.
    match block_on(akira_board::open(flash, IMAGES)) {
        Ok(store) => store,
        Err(error) => {
            panic!("{error}; to start with an empty flash, give the machine an empty file")
        }
    }
}

fn find_gpu(apps: &Apps, screen: Screen) -> Option<Gpu> {
    let gpu = virtio::find(DeviceType::GPU).map(|device| Gpu::new(device, screen));
    present(apps, "graphics adapter", gpu)
}

fn find_keyboard(apps: &Apps) -> Option<Keyboard> {
    let keyboard = virtio::find(DeviceType::Input).map(Keyboard::new);
    present(apps, "keyboard", keyboard)
}

/// Finds the devices that the network needs: an adapter, and a source of random numbers.
fn find_network(apps: &Apps, journal: &'static Journal, status: &'static Status) -> Option<Parts> {
    let adapter = virtio::find(DeviceType::Network).map(Network::new);
    let adapter = present(apps, "network adapter", adapter)?;
    let entropy = virtio::find(DeviceType::EntropySource).map(Entropy::new);
    let entropy = present(apps, "entropy device", entropy)?;
    Some(Parts {
        apps: apps.clone(),
        journal,
        status,
        adapter,
        entropy,
    })
}

/// Returns a device that works. Otherwise logs that it is missing or fails; the console continues
/// without it.
fn present<T>(
    apps: &Apps,
    what: &str,
    found: Option<Result<T, virtio_drivers::Error>>,
) -> Option<T> {
    match found {
        Some(Ok(device)) => return Some(device),
        Some(Err(error)) => note(apps, Level::Error, format_args!("{what}: {error}")),
        None => note(apps, Level::Warn, format_args!("{what}: not found")),
    }
    None
}

pub(crate) fn note(apps: &Apps, level: Level, text: fmt::Arguments<'_>) {
    apps.runtime().board().note("", level, text);
}

// Not inlined: moving the tasks to their final place takes stack, which is free again when this
// function returns, before the tasks run.
#[inline(never)]
fn spawn(spawner: Spawner, device: Tasks) -> Result<(), SpawnError> {
    let apps = device.apps;
    if let Some(gpu) = device.gpu {
        spawner.spawn(run_gpu(apps.clone(), gpu)?);
    }
    if let Some(keyboard) = device.keyboard {
        spawner.spawn(run_keyboard(apps.clone(), keyboard)?);
    }
    if let Some(parts) = device.network {
        spawner.spawn(run_network(parts)?);
    }
    let (journal, status) = (device.journal, device.status);
    spawner.spawn(command_line(apps.clone(), journal, status, device.uart)?);
    spawner.spawn(run_apps(apps)?);
    Ok(())
}

#[embassy_executor::task]
async fn run_apps(apps: Apps) {
    akira_board::run_apps(&apps).await;
}

#[embassy_executor::task]
async fn run_gpu(apps: Apps, gpu: Gpu) {
    let error = gpu.run().await;
    note(
        &apps,
        Level::Error,
        format_args!("graphics adapter: {error}"),
    );
}

#[embassy_executor::task]
async fn run_keyboard(apps: Apps, mut keyboard: Keyboard) {
    let board = apps.runtime().board();
    keyboard
        .run(|button, pressed| {
            // Cannot fail: every button has a valid id.
            let _ = board.press(ButtonMap::SDK.id(button), pressed);
        })
        .await;
}

#[embassy_executor::task]
async fn run_network(parts: Parts) {
    network::run(parts).await;
}

/// Serves the command line on the serial port.
#[embassy_executor::task]
async fn command_line(
    apps: Apps,
    journal: &'static Journal,
    status: &'static Status,
    mut uart: Uart,
) {
    let stats = |out: &mut dyn fmt::Write| {
        stats(out)?;
        status.write(out)
    };
    let config = Config::default()
        .with_log(journal)
        .with_stats(&stats)
        .with_reboot(&reboot);
    akira_board::serve(&apps, &mut uart, config).await;
}

pub(crate) fn stats(out: &mut dyn fmt::Write) -> fmt::Result {
    let memory::Stack { now, peak, size } = memory::stack();
    writeln!(out, "{}", memory::HEAP)?;
    writeln!(out, "stack: {now} of {size} bytes, at most {peak}")
}

pub(crate) fn reboot() {
    fault::reset();
}
