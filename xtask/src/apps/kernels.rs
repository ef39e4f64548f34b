//! Builds the module of `bench/guest`, the compute work for every measured engine.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use xshell::Shell;

use super::rust::build_in;
use crate::root;
use crate::toolchain::CrossCargo;

/// Builds and writes the module. With `check` it is compared with the committed one, if the
/// compiler is the same.
pub(super) fn run(
    shell: &Shell,
    cargo: &CrossCargo,
    check: bool,
    same_compiler: bool,
) -> Result<()> {
    build_in(shell, cargo, &folder()).context("cannot build bench/guest")?;
    let module = std::fs::read(cargo.output().join("compute.wasm"))?;
    super::validate(&module).context("bench/guest is not valid")?;
    let path = folder().join("compute.wasm");
    if !check {
        return Ok(std::fs::write(path, module)?);
    }
    if same_compiler && std::fs::read(&path)? != module {
        bail!(
            "bench/guest/compute.wasm differs from its sources, run `cargo xtask apps` and commit"
        );
    }
    Ok(())
}

fn folder() -> PathBuf {
    root().join("bench").join("guest")
}
