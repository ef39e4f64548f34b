//! Installs and runs apps on a board.

use akira_conform::serial::Console;
use anyhow::{Context, Result, bail, ensure};

use crate::root;

/// Number of beats that must follow after the end of the spinning app.
const BEATS: usize = 3;

/// Four apps: one beats, one uses devices, one takes memory and one spins.
pub(crate) const FOUR: [&str; 4] = ["small_beat", "small_devices", "small_hog", "small_spin"];

/// Reads a built app.
pub(crate) fn image(path: &str) -> Result<Vec<u8>> {
    let path = root().join("examples/apps/bin").join(path);
    std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// Transfers an app over the UART and installs it under its own name.
pub(crate) fn install(console: &mut Console, app: &str) -> Result<()> {
    match console.transfer(app, &image(&format!("{app}.wasm"))?)? {
        None => Ok(()),
        Some(error) => bail!("{app} was not installed: {error}"),
    }
}

/// Runs an installed app to its end, and returns the log lines of the app and about it.
pub(crate) fn run(console: &mut Console, app: &str, end: &str) -> Result<Vec<String>> {
    console.command(&format!("start {app}"))?;
    let last = format!("{app}: {end}");
    let mut lines = console.follow_log(&last, |line| line.starts_with(&last))?;
    lines.retain(|line| line.starts_with(&format!("{app}: ")));
    Ok(lines)
}

/// Runs `small_beat`, `small_spin` and apps that return. Checks that nothing disturbs the beating
/// app, and that the spinning app ends.
pub(crate) fn run_at_once(console: &mut Console, all: &[&str]) -> Result<()> {
    for app in all {
        install(console, app)?;
    }
    for app in all {
        console.command(&format!("start {app}"))?;
    }
    let mut beats = Vec::new();
    let mut beats_after = None;
    let lines = console.follow_log("beats after the end of small_spin", |line| {
        if let Some(beat) = line.strip_prefix("small_beat: beat ") {
            beats.push(beat.to_owned());
        }
        if line.starts_with("small_spin: trapped: CPU budget used up") {
            beats_after = Some(beats.len() + BEATS);
        }
        beats_after.is_some_and(|enough| beats.len() >= enough)
    })?;
    let expected: Vec<String> = (1..=beats.len()).map(|beat| beat.to_string()).collect();
    ensure!(beats == expected, "small_beat missed a beat: {beats:?}");
    let returning = all
        .iter()
        .filter(|app| !matches!(**app, "small_beat" | "small_spin"));
    for last in returning.map(|app| format!("{app}: returned 0")) {
        ensure!(
            lines.contains(&last),
            "no `{last}` in\n{}",
            lines.join("\n")
        );
    }
    println!(
        "{} apps at once: {} beats beside one that spins",
        all.len(),
        beats.len()
    );
    for app in all {
        console.command(&format!("uninstall {app}"))?;
    }
    Ok(())
}
