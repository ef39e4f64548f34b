use anyhow::Result;
use xshell::{Shell, cmd};

use super::debian;

/// Finds or installs npm.
pub(super) fn need(shell: &Shell) -> Result<()> {
    let here = cmd!(shell, "npm --version").quiet();
    if here.ignore_stdout().ignore_stderr().run().is_ok() {
        return Ok(());
    }
    debian::install(shell, &["npm"])
}
