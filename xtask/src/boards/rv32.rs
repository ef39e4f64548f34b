//! The RISC-V board: what its firmware has to do.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use xshell::Shell;

use super::console::{Console, number_after};
use super::firmware::Firmware;
use super::machine::Machine;
use super::monitor::{Door, Monitor, wait_until};
use super::picture::Picture;
use super::{apps, timing};

pub(super) const FIRMWARE: Firmware = Firmware {
    folder: "bsp/qemu-virt-rv32",
    target: "riscv32imac-unknown-none-elf",
    binary: "console",
    qemu: &[
        "qemu-system-riscv32",
        "-machine",
        "virt",
        "-m",
        "16M",
        "-bios",
        "none",
        "-global",
        "virtio-mmio.force-legacy=false",
        "-device",
        "virtio-gpu-device",
        "-device",
        "virtio-keyboard-device",
    ],
    greeting: "on qemu-virt-rv32",
};

/// The most bytes of stack that apps may cost. With wasmi's tail-call dispatch 2,000 turns of a loop take 384 KiB here.
const STACK_MOST: u64 = 32 << 10;

/// Slices of 4 ms of fuel in the 5 s that an app may compute (the runtime's default).
const SLICES: u64 = 1_250;

/// The pages of `display_demo`, in their order.
const PAGES: [&str; 4] = ["shapes", "lines", "text", "bitmaps"];

/// A board on the table: its command line, its keys and a view of its screen.
struct Table {
    machine: Machine,
    console: Console,
    monitor: Monitor,
    /// Where the last picture of the screen is.
    shot: PathBuf,
}

pub(super) fn check(shell: &Shell, firmware: &Firmware) -> Result<()> {
    let mut table = Table::start(shell, firmware)?;
    println!("it starts");
    shows_what_the_host_shows(&mut table)?;
    goes_home(&mut table)?;
    runs_games(&mut table)?;
    apps::run_four_at_once(&mut table.console)?;
    spins_without_stack(&mut table.console)?;
    restarts(&mut table)?;
    table.machine.kill()?;
    timing::check(shell, firmware, SLICES)
}

/// Writes what the screen shows once the console has started to a PNG.
pub(super) fn screenshot(shell: &Shell, firmware: &Firmware, to: &Path) -> Result<()> {
    let mut table = Table::start(shell, firmware)?;
    wait_until("the screen shows anything", || {
        Ok(!table.look()?.is_black())
    })?;
    fs::copy(&table.shot, to).with_context(|| format!("cannot write {}", to.display()))?;
    table.machine.kill()
}

impl Table {
    fn start(shell: &Shell, firmware: &Firmware) -> Result<Self> {
        let door = Door::open()?;
        let (machine, input, output) = Machine::start_with(shell, firmware, &door.arguments()?)?;
        let mut console = Console::new(input, output, firmware.greeting);
        console.wait_for_start()?;
        Ok(Self {
            machine,
            console,
            monitor: door.enter()?,
            shot: firmware.image(shell)?.with_extension("png"),
        })
    }

    fn look(&mut self) -> Result<Picture> {
        self.monitor.shoot(&self.shot)?;
        Picture::read(&self.shot)
    }

    /// Waits until the screen shows, pixel by pixel, what that of the simulated console does in its tests.
    fn expect(&mut self, golden: &str) -> Result<()> {
        let expected = Picture::golden(golden)?;
        let what = format!("{} is tests/golden/{golden}.png", self.shot.display());
        wait_until(&what, || Ok(self.look()? == expected))?;
        println!("the screen shows {golden} as on the host, pixel by pixel");
        Ok(())
    }

    fn expect_running(&mut self, app: &str) -> Result<()> {
        wait_until(&format!("{app} runs"), || {
            is_running(&mut self.console, app)
        })
    }

    fn tap_for_another_picture(&mut self, key: &str) -> Result<()> {
        let before = self.look()?;
        self.monitor.tap(key)?;
        let what = format!("{key} changes {}", self.shot.display());
        wait_until(&what, || Ok(self.look()? != before))
    }

    fn tap(&mut self, key: &str, times: usize) -> Result<()> {
        (0..times).try_for_each(|_| self.monitor.tap(key))
    }
}

fn is_running(console: &mut Console, app: &str) -> Result<bool> {
    let apps = console.command("apps")?;
    let mut words = apps.iter().map(|line| line.split_whitespace());
    let line = words.find_map(|mut words| (words.next()? == app).then_some(words));
    Ok(line.is_some_and(|mut words| words.any(|word| word == "RUNNING")))
}

/// The launcher, and an app that it opens: drawn by the same calls, so with the same pixels.
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
    println!("a game starts from the launcher and draws");
    table.tap_for_another_picture("esc")?;
    table.expect_running("launcher")
}

/// What wasmi's dispatch costs must not grow with the turns of a loop; this one has millions.
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
    table.expect("launcher")?;
    println!("it restarts");
    Ok(())
}
