//! Checks of the RISC-V board's firmware.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use xshell::Shell;

use super::attacks::Turns;
use super::conform::Reference;
use super::firmware::Firmware;
use super::kills::{self, Plan};
use super::monitor::wait_until;
use super::picture::Area;
use super::table::{Table, is_running};
use super::{apps, dispatch, flash, network, timing, traces};
use akira_conform::serial::{Console, number_after};

pub(super) const FIRMWARE: Firmware = Firmware {
    folder: "bsp/qemu-virt-rv32",
    target: "riscv32imac-unknown-none-elf",
    binary: "console",
    arguments: &[],
    qemu: &[
        "qemu-system-riscv32",
        "-machine",
        "virt",
        "-m",
        "16M",
        "-global",
        "virtio-mmio.force-legacy=false",
        "-device",
        "virtio-gpu-device",
        "-device",
        "virtio-keyboard-device",
        "-device",
        "virtio-rng-device",
    ],
    // `-kernel` would require the kernel to be in the flash if a flash file is given.
    load: "-bios",
    flash_bytes: 32 << 20,
    ports: &[network::ECHO, network::COMMAND_LINE],
    greeting: "on qemu-virt-rv32",
};

/// Maximum number of stack bytes that apps may use. With wasmi's tail-call dispatch, 2,000
/// iterations of a loop take 384 KiB here.
const STACK_MOST: u64 = 40 << 10;

/// Slices of 4 ms of fuel, within the CPU budget of 5 s (the runtime's default). 64 KB of code are
/// translated, the maximum size of a function.
const TURNS: Turns = Turns {
    per_budget: 1_250,
    fuel: 40_000,
    translated: 8_000,
    instructions_per_byte: 250,
};

/// Power cuts for which CI has time. Each kind of step is included; `cargo xtask kills rv32` makes
/// more.
const KILLS: Plan = Plan { count: 20, seed: 7 };

/// Areas in which `blocks` shows random pieces: the pieces in the well, above and below a message,
/// and the next piece.
const BY_CHANCE: [Area; 3] = [
    Area::new(24, 10, 110, 74),
    Area::new(24, 150, 110, 80),
    Area::new(244, 28, 60, 42),
];

/// Pages of `display_demo`, in order.
const PAGES: [&str; 4] = ["shapes", "lines", "text", "bitmaps"];

/// The board without a network, whose frames arrive at random times.
const UNPLUGGED: Firmware = Firmware {
    ports: &[],
    ..FIRMWARE
};

/// Firmware for the same machine that tests the flash.
const FLASH_CHECK: Firmware = Firmware {
    binary: "flash_check",
    ..UNPLUGGED
};

pub(super) fn check(shell: &Shell, firmware: &Firmware, reference: &Reference) -> Result<()> {
    flash::check(shell, &FLASH_CHECK)?;
    let flash = flash::erased(shell, firmware, "check")?;
    let mut table = Table::start(shell, firmware, &flash)?;
    println!("it starts");
    dispatch::keeps_the_stack(&mut table.console)?;
    shows_what_the_host_shows(&mut table)?;
    goes_home(&mut table)?;
    runs_games(&mut table)?;
    apps::run_at_once(&mut table.console, &apps::FOUR)?;
    spins_without_stack(&mut table.console)?;
    network::check(&mut table)?;
    restarts(&mut table)?;
    reference.check(&mut table.console, &[])?;
    traces::go_with_their_app(&mut table.console)?;
    table.machine.kill()?;
    kills::run(shell, &UNPLUGGED, KILLS)?;
    timing::check(shell, &UNPLUGGED, TURNS)
}

/// Writes a picture of the screen after the start of the console to a PNG file.
pub(super) fn screenshot(shell: &Shell, firmware: &Firmware, to: &Path) -> Result<()> {
    let flash = flash::erased(shell, firmware, "screenshot")?;
    let mut table = Table::start(shell, firmware, &flash)?;
    wait_until("the screen shows something", || {
        Ok(!table.look()?.is_black())
    })?;
    fs::copy(&table.shot, to).with_context(|| format!("cannot write {}", to.display()))?;
    table.machine.kill()
}

/// Checks the launcher and an app opened from it. The same calls draw them on the host, so the
/// pixels must be equal.
fn shows_what_the_host_shows(table: &mut Table) -> Result<()> {
    table.expect("launcher")?;
    table.tap("down", 6)?;
    table.expect("launcher_scrolled")?;
    table.tap("up", 5)?;
    table.tap("z", 1)?;
    for page in PAGES {
        table.expect(&format!("display_demo_{page}"))?;
        table.tap("right", 1)?;
    }
    Ok(())
}

fn goes_home(table: &mut Table) -> Result<()> {
    table.tap_for_another_picture("esc")?;
    table.expect_running("launcher")?;
    ensure!(
        !is_running(&mut table.console, "display_demo")?,
        "display_demo did not end at HOME"
    );
    println!("HOME leads back to the launcher");
    Ok(())
}

fn runs_games(table: &mut Table) -> Result<()> {
    table.tap_for_another_picture("z")?;
    table.expect_running("blocks")?;
    table.tap("a", 1)?;
    table.expect_but("blocks_begun", &BY_CHANCE)?;
    table.tap_for_another_picture("a")?;
    println!("a game starts from the launcher, pauses at a key, and resumes at another");
    table.tap_for_another_picture("esc")?;
    table.expect_running("launcher")?;
    let before = table.look()?;
    table.console.command("start blocks")?;
    wait_until("a game started on the command line draws", || {
        Ok(table.look()? != before)
    })?;
    table.tap("esc", 1)?;
    wait_until("the game ends at HOME", || {
        Ok(!is_running(&mut table.console, "blocks")?)
    })?;
    table.tap_for_another_picture("down")?;
    println!("a game that is started on the command line comes to the front, and ends at HOME");
    Ok(())
}

/// The stack use of wasmi's dispatch must not grow with the iterations of a loop; this loop has
/// millions.
fn spins_without_stack(console: &mut Console) -> Result<()> {
    apps::install(console, "spin")?;
    apps::run(console, "spin", "trapped: CPU budget used up")?;
    let stats = console.command("stats")?;
    for what in ["heap: ", "stack: "] {
        let line = stats.iter().find(|line| line.starts_with(what));
        let line = line.with_context(|| format!("no `{what}` in {stats:?}"))?;
        println!("{line}");
        let (most, size) = (number_after(line, "at most ")?, number_after(line, " of ")?);
        ensure!(most < size, "{line}");
        ensure!(what != "stack: " || most < STACK_MOST, "{line}");
    }
    Ok(())
}

fn restarts(table: &mut Table) -> Result<()> {
    table.console.command("reboot").ok();
    table.console.wait_for_start()?;
    // The launcher now shows more apps than on the simulated console, so its picture is not
    // compared.
    table.expect_running("launcher")?;
    let apps = table.console.command("apps")?;
    let kept = apps.iter().any(|line| line.starts_with("spin "));
    ensure!(kept, "the installed app is gone: {apps:#?}");
    println!("it restarts, and the installed app is still there");
    table.console.command("uninstall spin")?;
    Ok(())
}
