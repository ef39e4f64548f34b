//! Baseline of the instruction counts.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::results::Results;
use crate::root;

/// Path of the baseline.
const PATH: &str = "bench/baseline.json";

/// Maximum increase of a number: 3 %.
const TOLERANCE: f64 = 0.03;

/// Instruction counts, and the reason for them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Baseline {
    /// Reason given when the numbers were last blessed.
    reason: String,
    metrics: BTreeMap<String, Held>,
}

/// Number and the compiler that built the measured program, since compilers differ in the counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Held {
    value: f64,
    toolchain: String,
}

/// Result of a comparison.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    compared: usize,
    worse: Vec<String>,
    better: Vec<String>,
    /// Numbers that the baseline lacks.
    new: Vec<String>,
}

impl Baseline {
    pub(super) fn read() -> Result<Self> {
        match std::fs::read_to_string(root().join(PATH)) {
            Ok(text) => serde_json::from_str(&text).with_context(|| format!("cannot read {PATH}")),
            Err(_) => Ok(Self::default()),
        }
    }

    pub(super) fn write(&self) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        Ok(std::fs::write(root().join(PATH), text)?)
    }

    /// Replaces the numbers of the measured parts.
    pub(super) fn bless(&mut self, measured: &Results, reason: &str) {
        reason.clone_into(&mut self.reason);
        for (name, part) in &measured.parts {
            let start = format!("{name}/");
            self.metrics.retain(|id, _| !id.starts_with(&start));
            for metric in part.metrics.iter().filter(|metric| metric.gate) {
                let held = Held {
                    value: metric.value,
                    toolchain: part.toolchain.clone(),
                };
                self.metrics.insert(metric.id.clone(), held);
            }
        }
    }

    /// Compares the measured numbers. A missing number counts as worse, since it is no longer
    /// checked.
    pub(super) fn compare(&self, measured: &Results) -> Comparison {
        let mut comparison = Comparison::default();
        for (name, part) in &measured.parts {
            for metric in part.metrics.iter().filter(|metric| metric.gate) {
                let held = self.metrics.get(&metric.id);
                comparison.note(&metric.id, metric.value, held, &part.toolchain);
            }
            let start = format!("{name}/");
            let held = self.metrics.keys().filter(|id| id.starts_with(&start));
            let gone = held.filter(|id| !measured.gated().any(|metric| metric.id == **id));
            comparison
                .worse
                .extend(gone.map(|id| format!("{id}: no longer measured")));
        }
        comparison
    }
}

impl Comparison {
    fn note(&mut self, id: &str, value: f64, held: Option<&Held>, toolchain: &str) {
        self.compared += 1;
        let Some(held) = held else {
            self.new.push(format!("{id}: {value:.1}, new"));
            return;
        };
        let change = value / held.value - 1.0;
        let mut line = format!(
            "{id}: {value:.1}, was {:.1} ({:+.1} %)",
            held.value,
            change * 100.0
        );
        if held.toolchain != toolchain {
            line += &format!(", with {}, now with {toolchain}", held.toolchain);
        }
        if value > held.value * (1.0 + TOLERANCE) {
            self.worse.push(line);
        } else if value < held.value * (1.0 - TOLERANCE) {
            self.better.push(line);
        }
    }

    /// Describes the changes.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{} instruction counts compared", self.compared);
        for (word, lines) in [
            ("worse", &self.worse),
            ("better", &self.better),
            ("new", &self.new),
        ] {
            for line in lines {
                // Writing to a string never fails.
                let _ = write!(text, "\n  {word}: {line}");
            }
        }
        text
    }

    /// Fails if a number is worse, or is not in the baseline.
    pub(super) fn verdict(&self) -> Result<()> {
        let count = self.worse.len() + self.new.len();
        if count > 0 {
            bail!(
                "{count} instruction counts are worse than {PATH} or not in it; fix: improve them, or commit the output of \
                 `cargo xtask bench --bless --reason \"...\"`"
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use akira_measure::{Metric, Unit};

    use super::*;
    use crate::bench::Part;
    use crate::bench::results::PartResults;

    fn measured(value: f64) -> Results {
        let metric = Metric::new("crossing/call", "a call", Unit::Instructions, value).gated();
        let mut results = Results::default();
        let part = PartResults {
            commit: String::new(),
            toolchain: "rustc 1".into(),
            metrics: vec![metric],
        };
        results.put(Part::Crossing, part);
        results
    }

    fn blessed(value: f64) -> Baseline {
        let mut baseline = Baseline::default();
        baseline.bless(&measured(value), "first");
        baseline
    }

    #[test]
    fn three_percent_worse_is_let_through_and_more_is_not() {
        assert!(blessed(100.0).compare(&measured(103.0)).verdict().is_ok());
        let worse = blessed(100.0).compare(&measured(103.1));
        assert!(worse.verdict().is_err());
        assert!(
            worse
                .text()
                .contains("worse: crossing/call: 103.1, was 100.0 (+3.1 %)")
        );
    }

    #[test]
    fn a_better_number_is_told_and_let_through() {
        let better = blessed(100.0).compare(&measured(50.0));
        assert!(better.verdict().is_ok());
        assert!(better.text().contains("better: crossing/call"));
    }

    #[test]
    fn a_number_that_nothing_holds_is_not_let_through() {
        let new = Baseline::default().compare(&measured(1.0));
        assert!(new.verdict().is_err());
    }

    #[test]
    fn a_number_that_is_gone_is_not_let_through() {
        let mut gone = measured(1.0);
        gone.parts
            .values_mut()
            .for_each(|part| part.metrics.clear());
        assert!(blessed(1.0).compare(&gone).verdict().is_err());
    }

    #[test]
    fn the_compiler_is_named_where_it_is_another() {
        let mut other = measured(200.0);
        for part in other.parts.values_mut() {
            part.toolchain = "rustc 2".into();
        }
        let text = blessed(100.0).compare(&other).text();
        assert!(text.contains("with rustc 1, now with rustc 2"), "{text}");
    }
}
