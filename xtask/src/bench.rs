//! Benchmarks: what is measured, kept in `bench/results.json`, shown in the book and held against `bench/baseline.json`.
//!
//! Each part is a function that returns [`Metric`]s. Instructions of a part that gates may not become more than
//! 3 % worse; all else is shown.

mod baseline;
mod dump;
mod host;
mod mcu;
mod pages;
mod program;
mod results;

use akira_measure::Metric;
use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use xshell::Shell;

use baseline::Baseline;
pub(crate) use dump::Dumps;
use results::{PartResults, Results};

/// What is measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Work to compute, in this and in other engines and natively.
    Compute,
    /// Native calls, messages and switches, against the bare engine.
    Crossing,
    /// From a module's bytes to its first instruction, and RAM.
    Lifecycle,
    /// What bridges and the store do.
    Work,
    /// What a neighbour that never waits does to an app.
    Isolation,
    /// Many devices in one process.
    Scale,
    /// An emulated Cortex-M4.
    M4,
    /// An emulated RISC-V machine.
    Rv32,
}

/// What `cargo xtask bench` takes.
#[derive(Args)]
pub(crate) struct Options {
    /// Only these.
    parts: Vec<Part>,
    /// Measure what gates, and fail if it became worse than bench/baseline.json says.
    #[arg(long, conflicts_with = "bless")]
    check: bool,
    /// Make what is measured the numbers that later ones are held against.
    #[arg(long, requires = "reason")]
    bless: bool,
    /// Why the numbers changed.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Part {
    /// Its name on the command line, in the results and in the ids of its metrics.
    fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Measures it; with `gate` only what gates.
    fn measure(self, shell: &Shell, gate: bool) -> Result<PartResults> {
        let mut metrics = match self {
            Self::M4 => mcu::measure(shell, &mcu::M4, gate)?,
            Self::Rv32 => mcu::measure(shell, &mcu::RV32, gate)?,
            _ => host::measure(shell, &self.name(), gate)?,
        };
        if self == Self::Compute && !gate {
            metrics.extend(host::measure_comparators(shell)?);
        }
        self.check_ids(&metrics)?;
        PartResults::new(shell, self.rustc(shell)?, metrics)
    }

    /// Says which compiler builds what is measured.
    fn rustc(self, shell: &Shell) -> Result<&'static str> {
        match self {
            Self::M4 => mcu::rustc(shell, &mcu::M4),
            Self::Rv32 => mcu::rustc(shell, &mcu::RV32),
            _ => Ok("rustc"),
        }
    }

    /// A metric's id says which part to run for it.
    fn check_ids(self, metrics: &[Metric]) -> Result<()> {
        let start = format!("{}/", self.name());
        match metrics.iter().find(|metric| !metric.id.starts_with(&start)) {
            Some(metric) => bail!("{} does not begin with {start}", metric.id),
            None => Ok(()),
        }
    }
}

/// Measures, or with `--check` compares.
pub(crate) fn run(options: &Options) -> Result<()> {
    let shell = Shell::new()?;
    shell.change_dir(crate::root());
    if options.check {
        return check(&shell, &options.parts);
    }
    let (mut results, mut measured) = (Results::read()?, Results::default());
    for part in chosen(&options.parts) {
        let of_part = part.measure(&shell, false)?;
        measured.put(part, of_part.clone());
        results.put(part, of_part);
        results.write()?;
    }
    pages::write(&results)?;
    let mut baseline = Baseline::read()?;
    if let (true, Some(reason)) = (options.bless, &options.reason) {
        baseline.bless(&measured, reason);
        return baseline.write();
    }
    println!("{}", baseline.compare(&measured).text());
    Ok(())
}

/// Measures what gates and fails if it became worse, or if the book shows other numbers than the results.
pub(crate) fn check(shell: &Shell, parts: &[Part]) -> Result<()> {
    pages::check(&Results::read()?)?;
    let mut measured = Results::default();
    for part in chosen(parts) {
        measured.put(part, part.measure(shell, true)?);
    }
    let comparison = Baseline::read()?.compare(&measured);
    println!("{}", comparison.text());
    comparison.verdict()
}

/// Returns these parts, or all of them.
fn chosen(parts: &[Part]) -> Vec<Part> {
    match parts {
        [] => Part::value_variants().to_vec(),
        parts => parts.to_vec(),
    }
}
