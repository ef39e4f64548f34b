//! Benchmarks. They write `bench/results.json`, from which the book's tables are generated, and are
//! compared with `bench/baseline.json`.
//!
//! Each part is a function that returns [`Metric`]s. Gated instruction counts may become at most 3
//! % worse; all other numbers are only shown.

mod baseline;
mod dump;
mod host;
mod mcu;
mod pages;
mod program;
mod results;

use std::sync::Mutex;

use akira_measure::Metric;
use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use xshell::Shell;

use baseline::Baseline;
pub(crate) use dump::Dumps;
use results::{PartResults, Results};

use crate::parallel;

/// Part of the benchmarks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Compute work in Akira, in other engines and natively.
    Compute,
    /// Native calls, messages and switches, compared with the bare engine.
    Crossing,
    /// The steps from a module's bytes to its first instruction, and RAM.
    Lifecycle,
    /// Work of bridges and the store.
    Work,
    /// Effect of a neighbour that never waits on an app.
    Isolation,
    /// Many devices in one process.
    Scale,
    /// An emulated Cortex-M4.
    M4,
    /// An emulated RISC-V machine.
    Rv32,
}

/// Options of `cargo xtask bench`.
#[derive(Args)]
pub(crate) struct Options {
    /// Parts to measure; all if none is given.
    parts: Vec<Part>,
    /// Measure the gated parts, and fail if a number is worse than in bench/baseline.json.
    #[arg(long, conflicts_with = "bless")]
    check: bool,
    /// Make the measured numbers the new baseline.
    #[arg(long, requires = "reason")]
    bless: bool,
    /// Reason for the new numbers.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Part {
    /// Returns the part's name on the command line, in the results and in the ids of its metrics.
    fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Measures the part; with `gate` only the gated numbers.
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

    /// Returns whether the part runs on an emulated board.
    fn is_board(self) -> bool {
        matches!(self, Self::M4 | Self::Rv32)
    }

    /// Returns the compiler that builds the measured programs.
    fn rustc(self, shell: &Shell) -> Result<&'static str> {
        match self {
            Self::M4 => mcu::rustc(shell, &mcu::M4),
            Self::Rv32 => mcu::rustc(shell, &mcu::RV32),
            _ => Ok("rustc"),
        }
    }

    /// Checks that each id starts with the name of its part, so that readers know which part to
    /// run.
    fn check_ids(self, metrics: &[Metric]) -> Result<()> {
        let start = format!("{}/", self.name());
        match metrics.iter().find(|metric| !metric.id.starts_with(&start)) {
            Some(metric) => bail!("{} does not begin with {start}", metric.id),
            None => Ok(()),
        }
    }
}

/// Measures, or with `--check` compares with the baseline.
pub(crate) fn run(options: &Options) -> Result<()> {
    let shell = Shell::new()?;
    shell.change_dir(crate::root());
    if options.check {
        return check(&options.parts);
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

/// Measures the gated numbers. Fails if one is worse, or if the book shows other numbers than the
/// results.
pub(crate) fn check(parts: &[Part]) -> Result<()> {
    pages::check(&Results::read()?)?;
    let (on_boards, on_host): (Vec<Part>, Vec<Part>) =
        chosen(parts).into_iter().partition(|part| part.is_board());
    // The build of each takes longest and uses one core for most of its time.
    let lanes: Vec<&[Part]> = std::iter::once(on_host.as_slice())
        .chain(on_boards.chunks(1))
        .collect();
    let measured = Mutex::new(Results::default());
    parallel::each(&lanes, |parts| {
        let shell = Shell::new()?;
        shell.change_dir(crate::root());
        for part in *parts {
            let results = part.measure(&shell, true)?;
            let mut measured = measured.lock().expect("no other panics");
            measured.put(*part, results);
        }
        Ok(())
    })?;
    let comparison = Baseline::read()?.compare(&measured.into_inner()?);
    println!("{}", comparison.text());
    comparison.verdict()
}

/// Returns these parts, or all if none is given.
fn chosen(parts: &[Part]) -> Vec<Part> {
    match parts {
        [] => Part::value_variants().to_vec(),
        parts => parts.to_vec(),
    }
}
