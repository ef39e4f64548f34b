//! How late apps wake beside one that spins, in instructions: QEMU counts them (`-icount`), so a loaded host changes nothing.

use anyhow::{Context, Result, ensure};
use xshell::Shell;

use super::apps;
use super::attacks::{self, Turns};
use super::firmware::Firmware;
use super::machine::Machine;
use akira_conform::serial::{Console, number_after};

/// Each instruction takes 1 ns of the machine's time, and a time in which it only waits is skipped.
const COUNTED: [&str; 2] = ["-icount", "shift=0,sleep=off"];

pub(super) const INSTRUCTIONS_PER_US: u64 = 1_000;

/// The apps that measure; `small_starter` starts those that are there at one moment, so that they wake together.
pub(super) const METRONOMES: [&str; 3] = ["metronome_1", "metronome_2", "metronome_3"];

const SPIN: &str = "small_spin";
const SPUN: &str = "small_spin: trapped: CPU budget used up";

/// Runs three apps that wake at the same moments, first by themselves and then beside one that never waits.
///
/// By themselves they are late by their own work and the runtime's. Beside the other one it may be a slice more.
pub(super) fn check(shell: &Shell, firmware: &Firmware, turns: Turns) -> Result<()> {
    let alone = on_a_new_machine(shell, firmware, |console| latest(console, None))?;
    let slice = on_a_new_machine(shell, firmware, |console| {
        apps::install(console, SPIN)?;
        budget(console, "spinning")
    })? / turns.per_budget;
    let beside = on_a_new_machine(shell, firmware, |console| {
        apps::install(console, SPIN)?;
        latest(console, Some(SPUN))
    })?;
    println!(
        "beside one that spins, apps are late by {} instructions at most; by themselves by {}; a slice is {}",
        beside * INSTRUCTIONS_PER_US,
        alone * INSTRUCTIONS_PER_US,
        slice * INSTRUCTIONS_PER_US,
    );
    // What is read off a clock of whole microseconds is up to one of them too small.
    ensure!(
        beside <= (alone + 1) + (slice + 1),
        "apps wait for more than one slice: {beside} us, and not {alone} + {slice}"
    );
    println!("the app that spins ends with its budget, and the firmware starts once");
    attacks::check(shell, firmware, turns, slice)
}

/// Starts the firmware with an empty log, and does something on it that never makes it start again.
pub(super) fn on_a_new_machine(
    shell: &Shell,
    firmware: &Firmware,
    measure: impl Fn(&mut Console) -> Result<u64>,
) -> Result<u64> {
    let (machine, input, output) = Machine::start_with(shell, firmware, &COUNTED.map(Into::into))?;
    let mut console = Console::new(input, output, firmware.greeting);
    console.wait_for_start()?;
    // Where there is a launcher, it would be one more app beside those that are measured.
    console.try_command("stop launcher")?;
    let measured = measure(&mut console)?;
    // The console fails if the firmware has greeted a second time.
    console.command("stats")?;
    machine.kill()?;
    Ok(measured)
}

/// Runs the apps that measure, and returns by how many us the worst of them was late. `last` ends after them all.
fn latest(console: &mut Console, last: Option<&str>) -> Result<u64> {
    apps::install(console, "small_starter")?;
    for name in METRONOMES {
        apps::install_as(console, "small_metronome", name)?;
    }
    console.command("start small_starter")?;
    let mut ends: Vec<String> = METRONOMES.map(|name| format!("{name}: returned 0")).into();
    ends.extend(last.map(String::from));
    let lines = console.follow_log(&ends.join(", "), |line| {
        ends.retain(|end| !line.starts_with(end));
        ends.is_empty()
    })?;
    ensure!(
        last.is_none_or(|last| lines.last().is_some_and(|line| line.starts_with(last))),
        "the app that spins ended before those beside it:\n{}",
        lines.join("\n")
    );
    let late = METRONOMES.map(|name| late(&lines, name));
    late.into_iter()
        .try_fold(0, |most, late| Ok(most.max(late?)))
}

fn late(lines: &[String], name: &str) -> Result<u64> {
    let what = format!("{name}: 40 beats, ");
    let line = lines.iter().find(|line| line.starts_with(&what));
    number_after(
        line.with_context(|| format!("no `{what}` in {lines:?}"))?,
        "at most ",
    )
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
