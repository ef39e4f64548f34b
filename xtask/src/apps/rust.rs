use anyhow::{Context, Result};
use xshell::Shell;

use super::source::Source;
use crate::root;
use crate::toolchain::CrossCargo;

/// Builds the workspace of the Rust apps.
pub(super) fn build(shell: &Shell, cargo: &CrossCargo) -> Result<()> {
    let root = root();
    // Messages of panics name source files; where the checkout is must not change the bytes.
    let remap = format!(
        "target.wasm32-unknown-unknown.rustflags=[\"--remap-path-prefix={}=akira\"]",
        root.display()
    );
    let _folder = shell.push_dir(root.join("examples").join("apps").join("rust"));
    let command = cargo
        .build(shell)
        .args(["--quiet", "--locked", "--config", &remap]);
    // Flags from outside would replace those in the workspace's configuration.
    let command = command
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    command
        .quiet()
        .run()
        .context("cannot build the apps in Rust")
}

/// Reads the module of one app that [`build`] built.
pub(super) fn module(cargo: &CrossCargo, source: &Source) -> Result<Vec<u8>> {
    let path = cargo.output().join(format!("{}.wasm", source.name));
    std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}
