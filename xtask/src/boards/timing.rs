//! Measures how late apps wake beside a spinning app, in instructions. QEMU counts them
//! (`-icount`), so the load of the host has no effect.

use anyhow::{Context, Result};
use xshell::Shell;

use super::apps;
use super::attacks::{self, Turns};
use super::firmware::Firmware;
use super::machine::Machine;
use akira_conform::serial::{Console, number_after};

/// Makes each instruction take 1 ns of the machine's time, and skips times in which the machine
/// only waits.
const COUNTED: [&str; 2] = ["-icount", "shift=0,sleep=off"];

pub(super) const INSTRUCTIONS_PER_US: u64 = 1_000;

const SPIN: &str = "small_spin";

/// Measures how long a slice takes, and then how late three apps that wake at the same moments are beside each attack.
pub(super) fn check(shell: &Shell, firmware: &Firmware, turns: Turns) -> Result<()> {
    let slice = on_a_new_machine(shell, firmware, |console| {
        apps::install(console, SPIN)?;
        budget(console, "spinning")
    })? / turns.per_budget;
    println!("the app that spins ends with its budget, and the firmware starts once");
    attacks::check(shell, firmware, turns, slice)
}

/// Starts the firmware with an empty log and runs a measurement, which must not restart the
/// firmware.
pub(super) fn on_a_new_machine(
    shell: &Shell,
    firmware: &Firmware,
    measure: impl Fn(&mut Console) -> Result<u64>,
) -> Result<u64> {
    let (machine, input, output) = Machine::start_with(shell, firmware, &COUNTED.map(Into::into))?;
    let mut console = Console::new(input, output, firmware.greeting);
    console.wait_for_start()?;
    // A launcher would be one more app beside the measured ones.
    console.try_command("stop launcher")?;
    let measured = measure(&mut console)?;
    // The command fails if the firmware has printed its greeting a second time.
    console.command("stats")?;
    machine.kill()?;
    Ok(measured)
}

/// Lets the one app that spins do so by itself until its budget is gone, and returns for how many us.
pub(super) fn budget(console: &mut Console, begins: &str) -> Result<u64> {
    apps::run(console, SPIN, "trapped: CPU budget used up")?;
    let lines = console.command(&format!("log {SPIN}"))?;
    let ms_of = |text: &str| {
        let line = lines.iter().find(|line| line.contains(text));
        number_after(
            line.with_context(|| format!("no `{text}` in {lines:?}"))?,
            "",
        )
    };
    Ok((ms_of("trapped: CPU")? - ms_of(begins)?) * 1_000)
}
