//! Measures work: its instructions under callgrind, or its time.
//!
//! Callgrind counts only inside [`COUNTED`] and writes a dump when that function returns. The dumps
//! are therefore in the order of the printed lines.

use std::hint::black_box;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::{Metric, Unit};

/// Name of the function in which callgrind counts, in callgrind's notation.
pub const COUNTED: &str = "akira_measure::count::counted";

/// Environment variable that selects time instead of instructions, with any value.
pub const TIMES: &str = "AKIRA_BENCH_TIMES";

/// Number of timed runs. The fastest one counts, since disturbances only make a run slower.
const ROUNDS: u32 = 20;

/// Line that a measuring program prints.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// Metric with a value.
    Known(Metric),
    /// Metric whose value is computed from a measurement.
    Measured(Measured),
}

/// Measurement of one or several repetitions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Measured {
    /// Metric, without a value yet.
    pub metric: Metric,
    /// Seconds, or `None` if the next dump has the instructions.
    pub total: Option<f64>,
    /// Divisor of the total.
    pub times: f64,
    /// Id of an earlier metric whose total is subtracted first, such as that of an empty loop.
    pub less: Option<String>,
    /// Source lines whose instructions count; all lines if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<SourceLine>,
}

/// Source line, identified by its text.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SourceLine {
    /// Path from the root of the repository.
    pub file: String,
    /// Text of the line, trimmed.
    pub text: String,
}

impl Line {
    /// Measures `work`. The metric's value is the total divided by `times`.
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

    /// Counts the instructions of some source lines. Returns `None` if times are measured.
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

    /// Measures the duration of `work`. Returns `None` if instructions are counted. For work whose
    /// instruction count means little, such as copying, which is one instruction on some
    /// processors.
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

    /// Subtracts the total of an earlier metric.
    pub fn less(mut self, id: &str) -> Self {
        if let Self::Measured(measured) = &mut self {
            let timed = measured.total.is_some();
            measured.less = Some(if timed { timed_id(id) } else { id.into() });
        }
        self
    }

    /// Prints the line for `cargo xtask bench`.
    pub fn print(&self) {
        let line = serde_json::to_string(self).unwrap_or_default();
        println!("{line}");
    }
}

/// Runs the counted work. Callgrind writes a dump when this function returns.
#[inline(never)]
pub fn counted(work: &mut dyn FnMut()) {
    work();
    // Prevents a tail call, which would be a jump: callgrind would not see the return.
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

/// Converts a metric of instructions to one of seconds, which never gates and has no target.
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

/// Converts `part/what/whose` to `part/seconds/what/whose`.
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
