//! Emulated boards: builds their firmware, runs it under QEMU, and checks its output on the UART.

mod apps;
mod attacks;
mod conform;
mod dispatch;
mod example;
mod firmware;
mod flash;
mod host;
mod kills;
mod m4;
mod machine;
mod memory;
mod monitor;
mod network;
mod picture;
mod running;
mod rv32;
mod small;
mod table;
mod timing;
mod traces;
mod usage;
mod vendor;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use xshell::Shell;

use crate::parallel;
use conform::Reference;
use firmware::Firmware;
pub(crate) use host::Host;
use kills::Plan;
use running::Running;
pub(crate) use usage::Usage;

/// Board with its checks.
struct Board {
    /// Name on the command line.
    name: &'static str,
    firmware: Firmware,
    check: fn(&Shell, &Firmware, &Reference) -> Result<()>,
    /// Native modules for which the board has no bridge.
    lacks: &'static [&'static str],
    /// Whether the flash keeps its content without power.
    keeps: bool,
    /// `None` if the board has no screen.
    screenshot: Option<Screenshot>,
}

/// Writes a picture of a board's screen to a PNG file.
type Screenshot = fn(&Shell, &Firmware, &Path) -> Result<()>;

/// Name that selects only the simulated console.
const HOST: &str = "host";

/// Name that selects only the firmware of `examples/firmware`.
const EXAMPLE: &str = "firmware";

/// Name that selects only the module of `examples/vendor-module`.
const VENDOR: &str = "vendor";

const BOARDS: &[Board] = &[
    Board {
        name: "m4",
        firmware: m4::FIRMWARE,
        check: m4::check,
        lacks: m4::LACKS,
        keeps: false,
        screenshot: None,
    },
    Board {
        name: "m4-small",
        firmware: small::FIRMWARE,
        check: small::check,
        lacks: m4::LACKS,
        keeps: false,
        screenshot: None,
    },
    Board {
        name: "rv32",
        firmware: rv32::FIRMWARE,
        check: rv32::check,
        lacks: &[],
        keeps: true,
        screenshot: Some(rv32::screenshot),
    },
];

impl Board {
    /// Creates an erased flash, if the board has one that QEMU keeps in a file.
    fn flash(&self, shell: &Shell, test: &str) -> Result<Option<PathBuf>> {
        let has_flash = self.firmware.flash_bytes > 0;
        has_flash
            .then(|| flash::erased(shell, &self.firmware, test))
            .transpose()
    }
}

/// Builds, runs and checks the firmware of every board and the examples. They run in parallel: a
/// machine uses one core, and so does most of a build.
pub(crate) fn check(shell: &Shell) -> Result<()> {
    machine::need_qemu(shell)?;
    let reference = Reference::make(&Host::build(shell)?)?;
    // The RISC-V board is last in the list and takes longest, so it starts first.
    let boards = BOARDS.iter().rev().map(|board| board.name);
    let names: Vec<&str> = boards.chain([EXAMPLE, VENDOR]).collect();
    parallel::each(&names, |name| {
        let start = Instant::now();
        check_beside(name, &reference).with_context(|| format!("board {name}"))?;
        println!("{name}: passed in {:.1} s", start.elapsed().as_secs_f32());
        Ok(())
    })
}

fn check_beside(name: &str, reference: &Reference) -> Result<()> {
    let shell = Shell::new()?;
    match name {
        EXAMPLE => return example::check(&shell),
        VENDOR => return vendor::check(&shell),
        _ => {}
    }
    let board = find(name)?;
    board.firmware.build(&shell)?;
    (board.check)(&shell, &board.firmware, reference)
}

/// Builds, runs and checks the firmware of one board.
pub(crate) fn check_one(name: &str) -> Result<()> {
    if let EXAMPLE | VENDOR = name {
        let shell = Shell::new()?;
        machine::need_qemu(&shell)?;
        return match name {
            EXAMPLE => example::check(&shell),
            _ => vendor::check(&shell),
        };
    }
    let (shell, board) = built(name)?;
    let reference = Reference::make(&Host::build(&shell)?)?;
    (board.check)(&shell, &board.firmware, &reference)
}

/// Runs the conformance apps and the attacking apps on the simulated console, and then on one board
/// or on all.
pub(crate) fn conform(name: Option<&str>) -> Result<()> {
    let boards = match name {
        None => BOARDS.iter().collect(),
        Some(HOST) => Vec::new(),
        Some(name) => vec![find(name)?],
    };
    let shell = Shell::new()?;
    let reference = Reference::make(&Host::build(&shell)?)?;
    machine::need_qemu(&shell)?;
    for board in boards {
        println!("{}", board.name);
        board.firmware.build(&shell)?;
        let flash = board.flash(&shell, "conform")?;
        let mut running = Running::start(&shell, &board.firmware, flash.as_deref())?;
        // A launcher would own the display.
        running.console.try_command("stop launcher")?;
        reference.check(&mut running.console, board.lacks)?;
        running.machine.kill()?;
    }
    Ok(())
}

/// Makes the conformance apps' output on the simulated console the expected output for all boards.
pub(crate) fn bless_conformance() -> Result<()> {
    conform::bless(&Host::build(&Shell::new()?)?)
}

/// Builds a board's firmware and cuts its power repeatedly.
pub(crate) fn kill(name: &str, count: u32, seed: u64) -> Result<()> {
    let (shell, board) = built(name)?;
    if !board.keeps {
        bail!("the flash of {name} loses its content without power");
    }
    kills::run(&shell, &board.firmware, Plan { count, seed })
}

/// Builds a board's firmware and runs it on this terminal. Its screen is shown in a window if
/// requested, or by default if there is a desktop.
pub(crate) fn run(name: &str, window: bool, headless: bool) -> Result<()> {
    let has_screen = find(name)?.screenshot.is_some();
    if window && !has_screen {
        bail!("{name} has no screen");
    }
    let (_, board) = built(name)?;
    let shown = has_screen && !headless && (window || has_desktop());
    machine::run_here(&board.firmware, shown)
}

fn has_desktop() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

/// Builds and runs a board's firmware, and writes a picture of its screen to a PNG file.
pub(crate) fn screenshot(name: &str, to: &Path) -> Result<()> {
    let (shell, board) = built(name)?;
    let Some(screenshot) = board.screenshot else {
        bail!("{name} has no screen");
    };
    screenshot(&shell, &board.firmware, to)
}

/// Builds a firmware that has budgets. Returns its path, and for a board also its memory use at run
/// time.
pub(crate) fn measure(shell: &Shell, name: &str) -> Result<(PathBuf, Option<Usage>)> {
    if let Some(image) = example::image(shell, name)? {
        return Ok((image, None));
    }
    machine::need_qemu(shell)?;
    let firmware = &find(name)?.firmware;
    firmware.build(shell)?;
    let usage = usage::measure(shell, firmware)?;
    Ok((firmware.image(shell)?, Some(usage)))
}

fn find(name: &str) -> Result<&'static Board> {
    let names = || BOARDS.iter().map(|board| board.name).collect::<Vec<_>>();
    let board = BOARDS.iter().find(|board| board.name == name);
    board.with_context(|| {
        format!(
            "unknown board {name}; the boards are {}",
            names().join(", ")
        )
    })
}

fn built(name: &str) -> Result<(Shell, &'static Board)> {
    let shell = Shell::new()?;
    machine::need_qemu(&shell)?;
    let board = find(name)?;
    board.firmware.build(&shell)?;
    Ok((shell, board))
}
