use std::path::PathBuf;

use anyhow::{Context, Result};
use xshell::Shell;

use crate::root;
use crate::toolchain::CrossCargo;

/// A board's firmware, and the machine that runs it.
pub(crate) struct Firmware {
    /// The board crate's folder.
    pub(crate) folder: &'static str,
    pub(crate) target: &'static str,
    /// Its binary.
    pub(crate) binary: &'static str,
    /// What chooses its layout, for cargo.
    pub(crate) arguments: &'static [&'static str],
    /// The emulator and the machine.
    pub(crate) qemu: &'static [&'static str],
    /// What tells the emulator to load the firmware.
    pub(crate) load: &'static str,
    /// The bytes of the flash that QEMU keeps in a file; 0 if it keeps none.
    pub(crate) flash_bytes: u64,
    /// The TCP ports that it serves; none if it has no network.
    pub(crate) ports: &'static [u16],
    /// The end of the line that the firmware writes once, when it starts.
    pub(crate) greeting: &'static str,
}

impl Firmware {
    /// Builds it.
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

    /// Returns where the built firmware is.
    pub(crate) fn image(&self, shell: &Shell) -> Result<PathBuf> {
        let output = CrossCargo::find(shell, self.target)?.output();
        Ok(output.join(self.binary))
    }
}
