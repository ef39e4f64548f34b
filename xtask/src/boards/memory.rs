//! Memory that runs out, a thousand times: apps are refused with the number that is missing, or continue with less, and
//! everything comes back.

use anyhow::{Context, Result, ensure};

use super::apps;
use akira_conform::serial::{Console, number_after};

/// How often all of it happens: each time two apps are refused and two use up their own.
const ROUNDS: usize = 250;

/// What the allocator may count more at one time than at another: gaps that are too small to be kept.
const SLACK: u64 = 64;

/// How often memory runs out in a round.
const PER_ROUND: usize = 4;

/// An app that runs beside the hog.
const NEIGHBOUR: &str = "small_beat";

/// An app with a page of 64 KiB that waits for a message.
const LARGE: &str = "ipc_pong";

/// An app that takes memory until there is none, in both ways that it can.
const HOG: &str = "small_hog";

/// Lets a large app keep the hog out, and the hog use up its own memory, again and again.
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

/// Refuses the hog while the large app runs, then lets it run beside the neighbour, each twice; returns the bytes that were
/// missing. Admission counts more for the large app than is left beside the neighbour, which makes room for it.
fn round(console: &mut Console) -> Result<u64> {
    console.command(&format!("stop {NEIGHBOUR}"))?;
    console.command(&format!("start {LARGE}"))?;
    let missing = refused(console)?;
    ensure!(
        refused(console)? == missing,
        "the same app lacks other than {missing} bytes"
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

/// Lets the hog take what there is for it: its memory grows no further, and its allocations fail.
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
