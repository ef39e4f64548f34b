//! Exhausts memory a thousand times. Apps are refused with the number of missing bytes, or continue
//! with less memory, and all memory is freed afterwards.

use anyhow::{Context, Result, ensure};

use super::apps;
use akira_conform::serial::{Console, number_after};

/// Number of rounds. In each, two starts are refused and two apps use up their memory.
const ROUNDS: usize = 250;

/// Tolerated difference in the allocator's count, in bytes: gaps that are too small to be tracked.
const SLACK: u64 = 64;

/// Number of times that memory runs out in a round.
const PER_ROUND: usize = 4;

/// App that runs beside the hog.
const NEIGHBOUR: &str = "small_beat";

/// App with a page of 64 KiB that waits for a message.
const LARGE: &str = "ipc_pong";

/// App that takes memory until none is left, in both possible ways.
const HOG: &str = "small_hog";

/// Repeatedly lets a large app keep the hog from starting, and the hog use up its own memory.
pub(super) fn runs_out(console: &mut Console) -> Result<()> {
    for app in [NEIGHBOUR, LARGE, HOG] {
        apps::install(console, app)?;
    }
    console.command(&format!("start {NEIGHBOUR}"))?;
    let missing = round(console)?;
    let before = heap(console)?;
    for number in 2..=ROUNDS {
        let again = round(console).with_context(|| format!("round {number}"))?;
        ensure!(
            again == missing,
            "{missing} bytes were missing at first, and {again} in round {number}"
        );
    }
    let after = heap(console)?;
    ensure!(
        after <= before + SLACK,
        "the heap had {before} bytes in use, and {after} after {ROUNDS} rounds"
    );
    let apps = console.command("apps")?;
    let neighbour = apps.iter().find(|line| line.starts_with(NEIGHBOUR));
    ensure!(
        neighbour.is_some_and(|line| line.contains("RUNNING")),
        "{NEIGHBOUR} does not run any more: {apps:?}"
    );
    println!(
        "memory ran out {} times: {missing} bytes were missing, {after} of the heap are in use, {before} before",
        ROUNDS * PER_ROUND
    );
    for app in [NEIGHBOUR, LARGE, HOG] {
        console.command(&format!("uninstall {app}"))?;
    }
    Ok(())
}

/// Tries to start the hog while the large app runs, then runs it beside the neighbour, each twice.
/// Returns the number of missing bytes. The neighbour is stopped for the large app, because
/// admission counts more memory for that app than is free beside the neighbour.
fn round(console: &mut Console) -> Result<u64> {
    console.command(&format!("stop {NEIGHBOUR}"))?;
    console.command(&format!("start {LARGE}"))?;
    let missing = refused(console)?;
    ensure!(
        refused(console)? == missing,
        "the same app does not lack {missing} bytes"
    );
    console.command(&format!("stop {LARGE}"))?;
    console.command(&format!("start {NEIGHBOUR}"))?;
    used_up(console)?;
    used_up(console)?;
    Ok(missing)
}

fn refused(console: &mut Console) -> Result<u64> {
    let (_, refusal) = console.try_command(&format!("start {HOG}"))?;
    let refusal = refusal.context("both fit at once")?;
    let missing = number_after(&refusal, "are free:")?;
    ensure!(
        refusal.contains("are missing"),
        "{HOG} was refused with: {refusal}"
    );
    Ok(missing)
}

/// Runs the hog until its memory cannot grow further and its allocations fail.
fn used_up(console: &mut Console) -> Result<()> {
    let lines = console.command(&format!("run {HOG}"))?;
    for words in ["grew by", "allocated", "returned 0"] {
        ensure!(
            lines.iter().any(|line| line.contains(words)),
            "no `{words}` in {lines:?}"
        );
    }
    Ok(())
}

fn heap(console: &mut Console) -> Result<u64> {
    let stats = console.command("stats")?;
    let line = stats.iter().find(|line| line.starts_with("heap: "));
    number_after(line.context("no heap in the statistics")?, "heap: ")
}
