use anyhow::Result;
use xshell::Shell;

use super::source::Source;
use crate::root;
use crate::toolchain::Clang;

/// Compiler flags of the AkiraOS SDK, so that the apps are built like those of its users.
const FLAGS: &[&str] = &[
    "-target",
    "wasm32-unknown-unknown",
    "-nostdlib",
    "-fvisibility=hidden",
    "-Wl,--no-entry",
    "-Wl,--export=main",
    "-Wl,--allow-undefined",
    "-Wl,--strip-all",
    "-z",
    "stack-size=4096",
    "-Wl,--initial-memory=65536",
    "-Wl,--max-memory=65536",
    "-O2",
    "-Wno-incompatible-library-redeclaration",
];

/// Additional flags: warnings are errors, and an installed wasm-opt does not change the bytes.
const OURS: &[&str] = &["-std=c11", "-Wall", "-Wextra", "-Werror", "--no-wasm-opt"];

/// Compiles `main.c`, with additional flags from the file `flags` beside it.
pub(super) fn build(shell: &Shell, clang: &Clang, source: &Source) -> Result<Vec<u8>> {
    let folder = shell.create_temp_dir()?;
    let output = folder.path().join("app.wasm");
    let sdk = root().join("crates/akira-sdk/include");
    let ui = root().join("examples/apps/c/include");
    let vendor = root().join("examples/vendor-module/include");
    let extra = std::fs::read_to_string(source.folder.join("flags")).unwrap_or_default();
    let command = clang.command(shell).args(FLAGS).args(OURS);
    let command = command
        .arg("-I")
        .arg(sdk)
        .arg("-I")
        .arg(ui)
        .arg("-I")
        .arg(vendor)
        .args(extra.split_whitespace());
    let command = command
        .arg("-o")
        .arg(&output)
        .arg(source.folder.join("main.c"));
    command.quiet().run()?;
    Ok(std::fs::read(output)?)
}
