//! Measures the heap and the stack of a firmware.

use anyhow::{Context, Result};
use xshell::Shell;

use super::apps;
use super::firmware::Firmware;
use super::machine::Machine;
use akira_conform::serial::{Console, number_after};

/// App that only waits and occasionally prints a line.
const IDLE: &str = "small_beat";

/// Memory use, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// Heap with only the bundled apps.
    pub(crate) heap_at_start: u64,
    /// Additional heap for an installed app that does not run: mostly its image, if that is in RAM.
    pub(crate) installed_app: u64,
    /// Additional heap for a running app that waits, including its linear memory.
    pub(crate) idle_app: u64,
    /// Memory reserved for each running app: its run, with the largest future of a native call.
    pub(crate) run: u64,
    /// Maximum stack use, measured by the overwritten paint.
    pub(crate) stack: u64,
}

/// Boots a board and runs one app.
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
