//! What a firmware uses of its heap and its stack.

use anyhow::{Context, Result};
use xshell::Shell;

use super::apps;
use super::firmware::Firmware;
use super::machine::Machine;
use akira_conform::serial::{Console, number_after};

/// An app that does nothing but wait and write a line now and then.
const IDLE: &str = "small_beat";

/// Bytes of heap and stack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// Of the heap before there is any app but those that the board brings.
    pub(crate) heap_at_start: u64,
    /// Of the heap for an app that is there and does not run: mostly its image, where that is in RAM.
    pub(crate) installed_app: u64,
    /// Of the heap for one that runs and waits, its linear memory among them.
    pub(crate) idle_app: u64,
    /// Of what each app that runs reserves: its run, with the largest future of a native call.
    pub(crate) run: u64,
    /// Of the stack at most: paint that is gone.
    pub(crate) stack: u64,
}

/// Boots a board and lets one app run.
pub(super) fn measure(shell: &Shell, firmware: &Firmware) -> Result<Usage> {
    let (machine, input, output) = Machine::start(shell, firmware)?;
    let mut console = Console::new(input, output, firmware.greeting);
    console.wait_for_start()?;
    let heap_at_start = now(&mut console, "heap: ")?;
    apps::install(&mut console, IDLE)?;
    let installed = now(&mut console, "heap: ")?;
    console.command(&format!("start {IDLE}"))?;
    console.follow_log("the beats of an idle app", |line| {
        line == "small_beat: beat 2"
    })?;
    let running = now(&mut console, "heap: ")?;
    let stats = console.command("stats")?;
    let stack = number_after(line_of(&stats, "stack: ")?, "at most ")?;
    let run = number_after(line_of(&stats, "run: ")?, "run: ")?;
    machine.kill()?;
    Ok(Usage {
        run,
        heap_at_start,
        installed_app: installed.saturating_sub(heap_at_start),
        idle_app: running.saturating_sub(installed),
        stack,
    })
}

fn now(console: &mut Console, what: &str) -> Result<u64> {
    let stats = console.command("stats")?;
    number_after(line_of(&stats, what)?, what)
}

fn line_of<'a>(stats: &'a [String], what: &str) -> Result<&'a str> {
    let line = stats.iter().find(|line| line.starts_with(what));
    line.map(String::as_str)
        .with_context(|| format!("no `{what}` in {stats:?}"))
}
