//! What is measured on the host: the program `akira-bench`, natively and under callgrind.

use std::path::PathBuf;

use akira_measure::Metric;
use anyhow::Result;
use xshell::{Shell, cmd};

use super::{Part, callgrind};
use crate::toolchain;

/// Measures one part.
pub(super) fn measure(shell: &Shell, part: Part) -> Result<Vec<Metric>> {
    toolchain::need_valgrind(shell)?;
    let program = build(shell)?;
    let arguments = [part.name()];
    let mut metrics = callgrind::run(shell, &program, &arguments)?;
    let command = callgrind::command(&format!("target/counted/akira-bench {}", part.name()));
    for metric in &mut metrics {
        metric.method = callgrind::METHOD.into();
        metric.command.clone_from(&command);
    }
    Ok(metrics)
}

/// Builds the program as firmware is built: link-time optimisation, one unit, no unwinding.
fn build(shell: &Shell) -> Result<PathBuf> {
    cmd!(
        shell,
        "cargo build --profile counted --package akira-bench --locked"
    )
    .run()?;
    Ok(toolchain::target_folder("counted").join("akira-bench"))
}
