//! What is measured on the host: `akira-bench`, and `akira-comparators` beside it.

use akira_measure::Metric;
use anyhow::{Context, Result};
use xshell::{Shell, cmd};

use super::program::Program;
use crate::toolchain::{self, Clang};

/// How both programs are built: as firmware is, with link-time optimisation, one unit and no unwinding.
const BUILD: &str = "cargo build --profile counted --package akira-bench --locked";

/// How the comparators are built, which are a workspace of their own: they take minutes.
const BUILD_COMPARATORS: &str = "cargo build --profile counted --manifest-path bench/comparators/Cargo.toml --target-dir \
                                 target/comparators --locked";

/// Measures one part with Akira; with `gate` nothing but the instructions.
pub(super) fn measure(shell: &Shell, part: &str, gate: bool) -> Result<Vec<Metric>> {
    toolchain::need_valgrind(shell)?;
    cmd!(
        shell,
        "cargo build --profile counted --package akira-bench --locked"
    )
    .run()?;
    let program = Program {
        path: toolchain::target_folder("counted").join("akira-bench"),
        build: BUILD,
    };
    let mut metrics = program.instructions(shell, part)?;
    if !gate {
        metrics.extend(program.times(shell, part)?);
    }
    Ok(metrics)
}

/// Measures the part `compute` with the engines that others would pick.
pub(super) fn measure_comparators(shell: &Shell) -> Result<Vec<Metric>> {
    let clang = Clang::find(shell)?;
    let folder = toolchain::target_folder("comparators");
    let build = cmd!(
        shell,
        "cargo build --profile counted --manifest-path bench/comparators/Cargo.toml --target-dir {folder} --locked"
    );
    // wasm3 is C, and its tail calls want clang.
    let build = build.env("CC", clang.path());
    let build = build.env(
        "LIBCLANG_PATH",
        clang.libraries().context("clang has no libclang")?,
    );
    build.run()?;
    let program = Program {
        path: folder.join("counted").join("akira-comparators"),
        build: BUILD_COMPARATORS,
    };
    let mut metrics = program.instructions(shell, "compute")?;
    metrics.extend(program.times(shell, "compute")?);
    Ok(metrics)
}
