//! Runs a program under callgrind and reads how many instructions it counted.

use std::collections::BTreeMap;
use std::path::Path;

use akira_measure::{COUNTED, Line, Metric};
use anyhow::{Context, Result, bail};
use xshell::{Shell, cmd};

/// Says what the numbers are.
pub(super) const METHOD: &str = "instructions of the host's processor, counted by callgrind";

/// Returns the command that counts, for people: its dumps are `callgrind.out.*`.
pub(super) fn command(program: &str) -> String {
    format!(
        "valgrind --tool=callgrind --toggle-collect='{COUNTED}' --dump-after='{COUNTED}' {program}"
    )
}

/// Runs a program, and gives each line that it prints the dump that belongs to it.
pub(super) fn run(shell: &Shell, program: &Path, arguments: &[String]) -> Result<Vec<Metric>> {
    let folder = shell.create_temp_dir()?;
    let out = folder.path().join("out");
    let (toggle, dump) = (
        format!("--toggle-collect={COUNTED}"),
        format!("--dump-after={COUNTED}"),
    );
    let out_file = format!("--callgrind-out-file={}", out.display());
    let output = cmd!(
        shell,
        "valgrind --tool=callgrind --quiet {toggle} {dump} {out_file} {program} {arguments...}"
    );
    let output = output.quiet().read()?;
    let mut dumps = (1..).map(|number| total(&out.with_extension(number.to_string())));
    let mut totals = BTreeMap::new();
    let mut metrics = Vec::new();
    for line in output.lines() {
        let line = serde_json::from_str(line).with_context(|| format!("not a metric: {line}"))?;
        metrics.push(match line {
            Line::Known(metric) => metric,
            Line::Dumped {
                mut metric,
                times,
                less,
            } => {
                let total = dumps.next().context("no more numbers")??;
                let less = less.map(|id| totals.get(&id).copied().context(id));
                metric.value = (total - less.transpose()?.unwrap_or(0.0)) / times;
                totals.insert(metric.id.clone(), total);
                metric
            }
        });
    }
    Ok(metrics)
}

/// Reads the number of instructions in a dump.
fn total(path: &Path) -> Result<f64> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("callgrind left no dump {}", path.display()))?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    match total.and_then(|total| total.trim().parse().ok()) {
        Some(0.0) | None => bail!("callgrind counted nothing in {COUNTED}"),
        Some(total) => Ok(total),
    }
}
