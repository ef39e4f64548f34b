use std::collections::BTreeMap;

use akira_measure::Metric;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use xshell::{Shell, cmd};

use super::Part;
use crate::root;

/// Where the results are.
const PATH: &str = "bench/results.json";

/// What was measured last, part by part.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Results {
    pub(super) parts: BTreeMap<String, PartResults>,
}

/// What was measured of one part in one run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PartResults {
    /// The commit that was measured, and a `+` if files differed from it.
    pub(super) commit: String,
    /// The compiler that built what was measured.
    pub(super) toolchain: String,
    pub(super) metrics: Vec<Metric>,
}

impl Results {
    /// Reads the committed ones.
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

    pub(super) fn put(&mut self, part: Part, results: PartResults) {
        self.parts.insert(part.name(), results);
    }

    /// Returns every metric that gates.
    pub(super) fn gated(&self) -> impl Iterator<Item = &Metric> {
        let metrics = self.parts.values().flat_map(|part| &part.metrics);
        metrics.filter(|metric| metric.gate)
    }
}

impl PartResults {
    /// Puts metrics beside the commit and the compiler, which is asked for its version.
    pub(super) fn new(shell: &Shell, rustc: &str, metrics: Vec<Metric>) -> Result<Self> {
        Ok(Self {
            commit: commit(shell)?,
            toolchain: cmd!(shell, "{rustc} --version").quiet().read()?,
            metrics,
        })
    }

    /// Returns the quotient of a metric and the one that it is against.
    pub(super) fn ratio(&self, metric: &Metric) -> Option<f64> {
        let against = metric.against.as_ref()?;
        let against = self.metrics.iter().find(|other| other.id == *against)?;
        Some(metric.value / against.value)
    }
}

fn commit(shell: &Shell) -> Result<String> {
    let commit = cmd!(shell, "git rev-parse --short=10 HEAD")
        .quiet()
        .read()?;
    // What this very command writes is no difference in what it measures.
    let changes = cmd!(
        shell,
        "git status --porcelain --untracked-files=no -- :!bench/*.json :!book"
    );
    let clean = changes.quiet().read()?.is_empty();
    Ok(if clean { commit } else { commit + "+" })
}
