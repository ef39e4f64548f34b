//! Runs the measuring programs on the host, natively and under callgrind, and reads their output.

use std::collections::BTreeMap;
use std::path::PathBuf;

use akira_measure::{COUNTED, Line, Measured, Metric, SourceLine, TIMES};
use anyhow::{Context, Result, bail};
use xshell::{Shell, cmd};

use super::dump::Dumps;
use crate::root;

/// Description of instruction counts.
const INSTRUCTIONS: &str = "Instructions of x86-64, counted by callgrind";

/// Description of times.
const SECONDS: &str = "Wall-clock time, the fastest of twenty runs; it is shown and gates nothing";

/// Description of numbers that a program counts itself.
const COUNTS: &str = "Counted by the program itself, with an allocator that counts";

/// Measuring program.
pub(super) struct Program {
    /// Path of the built program.
    pub(super) path: PathBuf,
    /// Command that builds the program, for readers.
    pub(super) build: &'static str,
}

impl Program {
    /// Counts the instructions of a part.
    pub(super) fn instructions(&self, shell: &Shell, part: &str) -> Result<Vec<Metric>> {
        let folder = shell.create_temp_dir()?;
        let out = folder.path().join("out");
        let path = &self.path;
        let options = [
            "--tool=callgrind".to_owned(),
            format!("--toggle-collect={COUNTED}"),
            format!("--dump-after={COUNTED}"),
        ];
        let out_file = format!("--callgrind-out-file={}", out.display());
        let run = cmd!(shell, "valgrind --quiet").args(&options);
        let run = run.arg(out_file).arg(path).arg(part);
        let output = run.quiet().read()?;
        let mut dumps = Dumps::new(&out);
        let metrics = metrics(&output, |only| dumps.next(only))?;
        let command = format!("valgrind {} {} {part}", options.join(" "), self.name());
        Ok(self.describe(metrics, INSTRUCTIONS, &command))
    }

    /// Measures the times of a part.
    pub(super) fn times(&self, shell: &Shell, part: &str) -> Result<Vec<Metric>> {
        let path = &self.path;
        let run = cmd!(shell, "{path} {part}").env(TIMES, "1");
        let mut metrics = metrics(&run.quiet().read()?, |_| bail!("a time is missing"))?;
        // The run under callgrind has already printed the numbers that are not times.
        metrics.retain(|metric| metric.id.contains("/seconds/"));
        let command = format!("{TIMES}=1 {} {part}", self.name());
        Ok(self.describe(metrics, SECONDS, &command))
    }

    fn describe(&self, metrics: Vec<Metric>, method: &str, command: &str) -> Vec<Metric> {
        let command = format!("{}\n{command}", self.build);
        let describe = |metric: Metric| {
            let counted = metric.method == "counted";
            metric.by(if counted { COUNTS } else { method }, &command)
        };
        metrics.into_iter().map(describe).collect()
    }

    fn name(&self) -> String {
        let path = self.path.strip_prefix(root()).unwrap_or(&self.path);
        path.display().to_string()
    }
}

/// Parses the output of a program. `total` returns the instruction counts, which the program does
/// not print.
fn metrics(
    output: &str,
    mut total: impl FnMut(&[SourceLine]) -> Result<f64>,
) -> Result<Vec<Metric>> {
    let mut totals = BTreeMap::new();
    let mut metrics = Vec::new();
    for line in output.lines() {
        let line = serde_json::from_str(line).with_context(|| format!("not a metric: {line}"))?;
        let measured = match line {
            Line::Known(metric) => {
                metrics.push(metric.by("counted", ""));
                continue;
            }
            Line::Measured(measured) => measured,
        };
        let Measured {
            mut metric,
            total: known,
            times,
            less,
            only,
        } = measured;
        let total = known.map_or_else(|| total(&only), Ok)?;
        let less = less.map(|id| totals.get(&id).copied().context(id));
        metric.value = (total - less.transpose()?.unwrap_or(0.0)) / times;
        totals.insert(metric.id.clone(), total);
        metrics.push(metric);
    }
    Ok(metrics)
}

#[cfg(test)]
mod tests {
    use akira_measure::Unit;

    use super::*;

    fn line(id: &str, less: Option<&str>) -> Result<String> {
        let metric = Metric::new(id, "what", Unit::Instructions, 0.0);
        Ok(serde_json::to_string(&Line::Measured(Measured {
            metric,
            total: None,
            times: 10.0,
            less: less.map(str::to_owned),
            only: Vec::new(),
        }))?)
    }

    #[test]
    fn what_a_loop_costs_is_taken_off_before_a_total_is_divided() -> Result<()> {
        let output = format!(
            "{}\n{}",
            line("a/loop/x", None)?,
            line("a/call/x", Some("a/loop/x"))?
        );
        let mut totals = [50.0, 250.0].into_iter();
        let metrics = metrics(&output, |_| totals.next().context("none"))?;
        assert_eq!([metrics[0].value, metrics[1].value], [5.0, 20.0]);
        Ok(())
    }

    #[test]
    fn what_is_taken_off_must_have_been_measured() -> Result<()> {
        let output = line("a/call/x", Some("a/loop/x"))?;
        assert!(metrics(&output, |_| Ok(1.0)).is_err());
        Ok(())
    }
}
