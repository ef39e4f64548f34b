use std::path::Path;

use anyhow::{Context, Result};
use xshell::Shell;

use super::source::Source;
use crate::root;
use crate::toolchain::CrossCargo;

/// Builds the workspace of the Rust apps.
pub(super) fn build(shell: &Shell, cargo: &CrossCargo) -> Result<()> {
    let folder = root().join("examples").join("apps").join("rust");
    build_in(shell, cargo, &folder).context("cannot build the apps in Rust")
}

/// Builds a workspace of guests.
pub(super) fn build_in(shell: &Shell, cargo: &CrossCargo, folder: &Path) -> Result<()> {
    let root = root();
    // Panic messages contain the paths of source files. The location of the checkout must not
    // change the bytes.
    let remap = format!(
        "target.wasm32-unknown-unknown.rustflags=[\"--remap-path-prefix={}=akira\"]",
        root.display()
    );
    let _folder = shell.push_dir(folder);
    let command = cargo
        .build(shell)
        .args(["--quiet", "--locked", "--config", &remap]);
    // Flags from the environment would replace those in the workspace's configuration.
    let command = command
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    Ok(command.quiet().run()?)
}

/// Reads the module of one app that [`build`] built.
pub(super) fn module(cargo: &CrossCargo, source: &Source) -> Result<Vec<u8>> {
    let path = cargo.output().join(format!("{}.wasm", source.name));
    std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}
