//! Counting instructions with callgrind: it counts inside of [`COUNTED`] alone and dumps when that returns, so that the
//! dumps come in the order in which the lines are printed.

use std::hint::black_box;

use serde::{Deserialize, Serialize};

use crate::Metric;

/// The function that callgrind is told to count in, as it writes its name.
pub const COUNTED: &str = "akira_measure::count::counted";

/// A line that a measuring program prints.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// A number that is known.
    Known(Metric),
    /// Instructions, which the next dump tells.
    Dumped {
        /// What they are; without a value yet.
        metric: Metric,
        /// What they are divided by.
        times: f64,
        /// The earlier metric of which as many instructions are taken off, such as those of an empty loop.
        less: Option<String>,
    },
}

impl Line {
    /// Counts what `work` executes; the metric's value is that divided by `times`.
    pub fn counted(metric: Metric, times: u32, mut work: impl FnMut()) -> Self {
        counted(&mut work);
        Self::Dumped {
            metric,
            times: f64::from(times),
            less: None,
        }
    }

    /// Takes off what an earlier metric counted.
    pub fn less(self, id: &str) -> Self {
        match self {
            Self::Dumped { metric, times, .. } => Self::Dumped {
                metric,
                times,
                less: Some(id.into()),
            },
            known @ Self::Known(_) => known,
        }
    }

    /// Prints it for `cargo xtask bench`.
    pub fn print(&self) {
        let line = serde_json::to_string(self).unwrap_or_default();
        println!("{line}");
    }
}

/// Runs what is counted.
#[inline(never)]
fn counted(work: &mut dyn FnMut()) {
    work();
    // Without something after the call it would be a jump, and callgrind would not see the end.
    black_box(());
}
