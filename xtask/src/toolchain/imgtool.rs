use std::path::PathBuf;

use anyhow::Result;
use xshell::Shell;

use super::python;

/// The version of MCUboot's tool that packages are held against.
const VERSION: &str = "2.5.0";

/// Finds `imgtool` of that version, or installs it.
pub(crate) fn need_imgtool(shell: &Shell) -> Result<PathBuf> {
    let programs = python::need_package(shell, "imgtool", VERSION)?;
    Ok(programs.join("imgtool"))
}
