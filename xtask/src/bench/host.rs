//! Measures on the host, with `akira-bench` and `akira-comparators`.

use akira_measure::Metric;
use anyhow::{Context, Result};
use xshell::{Shell, cmd};

use super::program::Program;
use crate::toolchain::{self, Clang};

/// Build command of `akira-bench`: like firmware, with link-time optimisation, one codegen unit and
/// no unwinding.
const BUILD: &str = "cargo build --profile counted --package akira-bench --locked";

/// Build command of the comparators. They are a separate workspace because they take minutes to
/// build.
const BUILD_COMPARATORS: &str = "cargo build --profile counted --manifest-path bench/comparators/Cargo.toml --target-dir \
                                 target/comparators --locked";

/// Measures one part of Akira; with `gate` only the instructions.
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

/// Measures the part `compute` with other engines, for comparison.
pub(super) fn measure_comparators(shell: &Shell) -> Result<Vec<Metric>> {
    let clang = Clang::find(shell)?;
    let folder = toolchain::target_folder("comparators");
    let build = cmd!(
        shell,
        "cargo build --profile counted --manifest-path bench/comparators/Cargo.toml --target-dir {folder} --locked"
    );
    // wasm3 is written in C, and its tail calls need clang.
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
