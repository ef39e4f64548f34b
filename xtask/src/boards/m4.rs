//! Checks of the Cortex-M4 board's firmware.

use anyhow::{Context, Result, bail, ensure};
use xshell::Shell;

use super::attacks::Turns;
use super::conform::Reference;
use super::firmware::Firmware;
use super::running::Running;
use super::{apps, dispatch, memory, timing, traces};
use akira_conform::serial::{Console, number_after};

pub(super) const FIRMWARE: Firmware = Firmware {
    folder: "bsp/qemu-mps2",
    target: "thumbv7em-none-eabihf",
    binary: "console",
    arguments: &[],
    qemu: &["qemu-system-arm", "-M", "mps2-an386"],
    load: "-kernel",
    flash_bytes: 0,
    ports: &[],
    greeting: "on qemu-mps2",
};

/// Slices of 2 ms of fuel, within the CPU budget of 5 s (`bsp/qemu-mps2/src/config.rs`). 2.4 KB of
/// code are translated: more would take the RAM of the measuring apps.
const TURNS: Turns = Turns {
    per_budget: 2_500,
    fuel: 7_000,
    translated: 300,
    instructions_per_byte: 700,
};

/// Native modules for which the board has no bridge.
pub(super) const LACKS: &[&str] = &["display", "input"];

/// Refused apps: the image, the app's name, and a part of the board's message.
const REFUSED: &[(&str, &str, &str)] = &[
    ("malformed/bad_magic", "malformed", "neither a module nor"),
    ("malformed/truncated", "malformed", "cut off at byte"),
    (
        "malformed/wrong_function_index",
        "malformed",
        "out of bounds",
    ),
    ("memory_hog", "memory_hog", "KiB of RAM"),
    ("snake", "snake", "KiB of RAM"),
];

pub(super) fn check(shell: &Shell, firmware: &Firmware, reference: &Reference) -> Result<()> {
    let Running {
        machine,
        mut console,
    } = Running::start(shell, firmware, None)?;
    println!("it starts");
    dispatch::keeps_the_stack(&mut console)?;
    reference.check(&mut console, LACKS)?;
    traces::go_with_their_app(&mut console)?;
    refuses(&mut console, REFUSED)?;
    apps::run_at_once(&mut console, &apps::FOUR)?;
    memory::runs_out(&mut console)?;
    stays_within_its_memory(&mut console)?;
    keeps_over_a_reset(&mut console)?;
    machine.kill()?;
    timing::check(shell, firmware, TURNS)
}

/// Checks that refused apps leave nothing behind.
pub(super) fn refuses(console: &mut Console, all: &[(&str, &str, &str)]) -> Result<()> {
    for (path, name, why) in all {
        let image = apps::image(&format!("{path}.wasm"))?;
        let refusal = console.transfer(name, &image)?;
        let refusal = refusal.with_context(|| format!("{path} was installed"))?;
        ensure!(refusal.contains(why), "{path} was refused with: {refusal}");
        println!("{path} is refused: {refusal}");
        let apps = console.command("apps")?;
        ensure!(!apps.iter().any(|line| line.contains(name)), "{apps:?}");
    }
    Ok(())
}

/// Checks that a part of the stack and of the heap was never used.
pub(super) fn stays_within_its_memory(console: &mut Console) -> Result<()> {
    let stats = console.command("stats")?;
    for line in &stats {
        println!("{line}");
    }
    for what in ["heap: ", "stack: "] {
        let line = stats.iter().find(|line| line.starts_with(what));
        let line = line.with_context(|| format!("no `{what}` in {stats:?}"))?;
        let (most, size) = (number_after(line, "at most ")?, number_after(line, " of ")?);
        ensure!(most < size, "{line}");
    }
    Ok(())
}

/// Checks that the flash and its apps survive a reset, and that a removed app stays removed.
pub(super) fn keeps_over_a_reset(console: &mut Console) -> Result<()> {
    apps::install(console, "small_beat")?;
    apps::install(console, "small_spin")?;
    console.command("uninstall small_spin")?;
    console.command("reboot")?;
    console.wait_for_start()?;
    console.command("start small_beat")?;
    match console.try_command("start small_spin")? {
        (_, Some(_)) => {}
        (_, None) => bail!("an app that was uninstalled is back"),
    }
    println!("it restarts, and its app is still installed");
    Ok(())
}
