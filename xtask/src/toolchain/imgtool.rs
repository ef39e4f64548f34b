use std::path::PathBuf;

use anyhow::Result;
use xshell::Shell;

use super::python;

/// Version of MCUboot's imgtool with which packages are checked.
const VERSION: &str = "2.5.0";

/// Finds this version of `imgtool`, or installs it.
pub(crate) fn need_imgtool(shell: &Shell) -> Result<PathBuf> {
    let programs = python::need_package(shell, "imgtool", VERSION)?;
    Ok(programs.join("imgtool"))
}
