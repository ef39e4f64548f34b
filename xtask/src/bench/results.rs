use std::collections::BTreeMap;

use akira_measure::Metric;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use xshell::{Shell, cmd};

use super::Part;
use crate::root;

/// Path of the results.
const PATH: &str = "bench/results.json";

/// Latest results of each part.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Results {
    pub(super) parts: BTreeMap<String, PartResults>,
}

/// Results of one part from one run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PartResults {
    /// Measured commit, followed by `+` if files differed from it.
    pub(super) commit: String,
    /// Compiler that built the measured programs.
    pub(super) toolchain: String,
    pub(super) metrics: Vec<Metric>,
}

impl Results {
    /// Reads the committed results.
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

    /// Returns every gated metric.
    pub(super) fn gated(&self) -> impl Iterator<Item = &Metric> {
        let metrics = self.parts.values().flat_map(|part| &part.metrics);
        metrics.filter(|metric| metric.gate)
    }
}

impl PartResults {
    /// Combines metrics with the commit and the version of the compiler.
    pub(super) fn new(shell: &Shell, rustc: &str, metrics: Vec<Metric>) -> Result<Self> {
        Ok(Self {
            commit: commit(shell)?,
            toolchain: cmd!(shell, "{rustc} --version").quiet().read()?,
            metrics,
        })
    }

    /// Returns the ratio of a metric to the one that it is compared with.
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
    // Files that this command writes do not count as changes.
    let changes = cmd!(
        shell,
        "git status --porcelain --untracked-files=no -- :!bench/*.json :!book"
    );
    let clean = changes.quiet().read()?.is_empty();
    Ok(if clean { commit } else { commit + "+" })
}
