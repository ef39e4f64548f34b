use std::path::PathBuf;

use anyhow::{Context, Result};
use xshell::Shell;

use crate::root;
use crate::toolchain::CrossCargo;

/// Firmware of a board, and the machine that runs it.
pub(crate) struct Firmware {
    /// Directory of the board crate.
    pub(crate) folder: &'static str,
    pub(crate) target: &'static str,
    /// Name of the binary.
    pub(crate) binary: &'static str,
    /// Cargo arguments that select the memory layout.
    pub(crate) arguments: &'static [&'static str],
    /// Emulator and machine.
    pub(crate) qemu: &'static [&'static str],
    /// Option with which the emulator loads the firmware.
    pub(crate) load: &'static str,
    /// Size of the flash that QEMU keeps in a file, in bytes; 0 if there is none.
    pub(crate) flash_bytes: u64,
    /// TCP ports that the firmware serves; empty if it has no network.
    pub(crate) ports: &'static [u16],
    /// End of the line that the firmware prints once, at its start.
    pub(crate) greeting: &'static str,
}

impl Firmware {
    /// Builds the firmware.
    pub(crate) fn build(&self, shell: &Shell) -> Result<()> {
        let _folder = shell.push_dir(root().join(self.folder));
        println!("building {} for {}", self.folder, self.target);
        let build = CrossCargo::find(shell, self.target)?.build(shell);
        build
            .args(["--bin", self.binary, "--locked"])
            .args(self.arguments)
            .run()
            .with_context(|| format!("{} does not build", self.folder))
    }

    /// Returns the path of the built firmware.
    pub(crate) fn image(&self, shell: &Shell) -> Result<PathBuf> {
        let output = CrossCargo::find(shell, self.target)?.output();
        Ok(output.join(self.binary))
    }
}
