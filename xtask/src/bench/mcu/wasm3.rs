//! Compiles wasm3 for a board, from the package in which its sources are published.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;
use xshell::{Shell, cmd};

use super::Board;
use crate::root;
use crate::toolchain::{self, Clang};

/// Published package, on which `bench/comparators` depends.
const PACKAGE: &str = "wasm3x-sys";

/// Source files of the interpreter, without its interfaces to systems and libraries.
const FILES: [&str; 11] = [
    "m3_bind",
    "m3_code",
    "m3_compile",
    "m3_core",
    "m3_env",
    "m3_exec",
    "m3_function",
    "m3_info",
    "m3_module",
    "m3_parse",
    "m3_validate",
];

/// wasm3's default flags, except those for a small machine: no log, and a limit of 128 KB on the
/// native stack.
const FLAGS: &[&str] = &[
    "-O3",
    "-ffreestanding",
    "-fno-math-errno",
    "-ffunction-sections",
    "-w",
    "-DNDEBUG",
    "-Dd_m3LogOutput=0",
    "-Dd_m3MaxNativeStack=131072",
];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
}

/// Compiles wasm3 and returns the directory with the objects.
pub(super) fn objects(shell: &Shell, board: &Board) -> Result<PathBuf> {
    let sources = sources(shell)?;
    let headers = root().join("bench/mcu/src/bin/wasm3/include");
    let clang = Clang::find(shell)?;
    let folder = toolchain::target_folder("wasm3").join(board.name);
    std::fs::create_dir_all(&folder)?;
    println!("compiling wasm3 for {}", board.name);
    for file in FILES {
        let source = sources.join(file).with_extension("c");
        let object = folder.join(file).with_extension("o");
        let command = clang.command(shell).args(board.clang).args(FLAGS);
        let command = command.arg("-isystem").arg(&headers).arg("-c").arg(source);
        command.arg("-o").arg(object).quiet().run()?;
    }
    Ok(folder)
}

/// Returns the directory to which cargo has unpacked the sources.
fn sources(shell: &Shell) -> Result<PathBuf> {
    let manifest = root().join("bench/comparators/Cargo.toml");
    let metadata = cmd!(
        shell,
        "cargo metadata --format-version 1 --locked --manifest-path {manifest}"
    );
    let metadata: Metadata = serde_json::from_str(&metadata.quiet().read()?)?;
    let package = metadata
        .packages
        .into_iter()
        .find(|package| package.name == PACKAGE);
    let package =
        package.with_context(|| format!("bench/comparators does not depend on {PACKAGE}"))?;
    let folder = package.manifest_path.parent().map(Path::to_owned);
    Ok(folder.unwrap_or_default().join("wasm3/source"))
}
