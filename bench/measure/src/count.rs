//! Measuring work: its instructions under callgrind, or its time.
//!
//! Callgrind counts inside of [`COUNTED`] alone and dumps when that returns, so the dumps come in the order in which the
//! lines are printed.

use std::hint::black_box;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::{Metric, Unit};

/// The function that callgrind is told to count in, as it writes its name.
pub const COUNTED: &str = "akira_measure::count::counted";

/// The variable that says to measure time instead of instructions, whatever it is set to.
pub const TIMES: &str = "AKIRA_BENCH_TIMES";

/// How often what is timed is run. The fastest counts, since all that disturbs makes slower.
const ROUNDS: u32 = 20;

/// A line that a measuring program prints.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// A number that is known.
    Known(Metric),
    /// A number that is worked out from what was measured.
    Measured(Measured),
}

/// What was measured, once or for some times of what the metric is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Measured {
    /// What it is; without a value yet.
    pub metric: Metric,
    /// Seconds, or nothing where the next dump tells the instructions.
    pub total: Option<f64>,
    /// What the total is divided by.
    pub times: f64,
    /// The earlier metric whose total is taken off first, such as that of an empty loop.
    pub less: Option<String>,
    /// The lines of source of which instructions count; all where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<SourceLine>,
}

/// A line of source, known by what it says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SourceLine {
    /// The file, from the root of the repository.
    pub file: String,
    /// What the line says, without spaces around.
    pub text: String,
}

impl Line {
    /// Measures `work`; the metric's value is that divided by `times`.
    pub fn measured(metric: Metric, times: u32, mut work: impl FnMut()) -> Self {
        let timed = std::env::var_os(TIMES).is_some();
        let total = if timed {
            Some(seconds(&mut work))
        } else {
            counted(&mut work);
            None
        };
        Self::Measured(Measured {
            metric: if timed { timed_metric(metric) } else { metric },
            total,
            times: f64::from(times),
            less: None,
            only: Vec::new(),
        })
    }

    /// Counts the instructions of some lines of source, or nothing where times are measured.
    pub fn counted_in(
        metric: Metric,
        times: u32,
        lines: &[(&str, &str)],
        work: impl FnMut(),
    ) -> Option<Self> {
        if std::env::var_os(TIMES).is_some() {
            return None;
        }
        let mut line = Self::measured(metric, times, work);
        if let Self::Measured(measured) = &mut line {
            let lines = lines.iter().map(|(file, text)| SourceLine {
                file: (*file).into(),
                text: (*text).into(),
            });
            measured.only = lines.collect();
        }
        Some(line)
    }

    /// Measures how long `work` takes, or nothing where instructions are counted: for what those say little about, such
    /// as copying, which is one instruction on some processors.
    pub fn timed(metric: Metric, mut work: impl FnMut()) -> Option<Self> {
        std::env::var_os(TIMES)?;
        let target = metric.target;
        let metric = timed_metric(metric);
        Some(Self::Known(Metric {
            value: seconds(&mut work),
            target,
            ..metric
        }))
    }

    /// Takes off what was measured for an earlier metric.
    pub fn less(mut self, id: &str) -> Self {
        if let Self::Measured(measured) = &mut self {
            let timed = measured.total.is_some();
            measured.less = Some(if timed { timed_id(id) } else { id.into() });
        }
        self
    }

    /// Prints it for `cargo xtask bench`.
    pub fn print(&self) {
        let line = serde_json::to_string(self).unwrap_or_default();
        println!("{line}");
    }
}

/// Runs what is counted; callgrind dumps when it returns.
#[inline(never)]
pub fn counted(work: &mut dyn FnMut()) {
    work();
    // Without something after the call it would be a jump, and callgrind would not see the end.
    black_box(());
}

fn seconds(work: &mut dyn FnMut()) -> f64 {
    let times = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min)
}

/// Turns a metric of instructions into one of seconds, which never gates and has no target.
fn timed_metric(metric: Metric) -> Metric {
    Metric {
        id: timed_id(&metric.id),
        against: metric.against.as_deref().map(timed_id),
        unit: Unit::Seconds,
        gate: false,
        target: None,
        note: None,
        ..metric
    }
}

/// `part/what/whose` becomes `part/seconds/what/whose`.
fn timed_id(id: &str) -> String {
    match id.split_once('/') {
        Some((part, rest)) => format!("{part}/seconds/{rest}"),
        None => id.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_another_metric_of_the_same_part_and_never_gates() {
        let metric = Metric::new("crossing/call/akira", "a call", Unit::Instructions, 1.0);
        let timed = timed_metric(metric.gated());
        assert_eq!(timed.id, "crossing/seconds/call/akira");
        assert!(!timed.gate);
    }
}
