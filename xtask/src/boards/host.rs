//! The same apps on the simulated console: what a board is compared with.

use anyhow::{Context, Result};
use xshell::{Shell, cmd};

/// Runs an app on the simulated console on virtual time, and returns its lines, each as `app: text`.
pub(crate) fn run(shell: &Shell, app: &str) -> Result<Vec<String>> {
    let path = format!("examples/apps/bin/{app}.wasm");
    let run = cmd!(
        shell,
        "cargo run --quiet --package akira-sim --locked -- run {path} --quiet --time virtual"
    );
    // An app that crashes is an exit code, and none of this function's affair.
    let output = run.quiet().ignore_status().read();
    let output = output.with_context(|| format!("{app} does not run on the simulated console"))?;
    Ok(output.lines().map(without_time).collect())
}

fn without_time(line: &str) -> String {
    let line = line.trim_start();
    let text = line.split_once("  ").map_or(line, |(_, text)| text);
    text.to_owned()
}

/// Replaces numbers, for lines that tell times or what fits.
pub(crate) fn without_numbers(line: &str) -> String {
    let digits = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "#");
    let mut masked = digits(line);
    while masked.contains("##") {
        masked = masked.replace("##", "#");
    }
    masked
}
