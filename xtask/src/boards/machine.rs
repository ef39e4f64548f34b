//! QEMU, with the board's UART on a pipe or on this terminal.

use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use xshell::Shell;

use super::firmware::Firmware;
use crate::toolchain;

/// A machine that runs a firmware; it ends when this is dropped.
pub(crate) struct Machine {
    qemu: Child,
}

impl Machine {
    /// Starts a firmware, with nothing but its UART to show. Returns both ends of that.
    pub(crate) fn start(
        shell: &Shell,
        firmware: &Firmware,
    ) -> Result<(Self, ChildStdin, ChildStdout)> {
        Self::start_with(shell, firmware, &[])
    }

    /// Starts a firmware with more arguments for QEMU.
    pub(crate) fn start_with(
        shell: &Shell,
        firmware: &Firmware,
        more: &[String],
    ) -> Result<(Self, ChildStdin, ChildStdout)> {
        let mut qemu = command(shell, firmware)?
            .args(more)
            .args(["-display", "none", "-monitor", "none", "-serial", "stdio"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("QEMU does not start")?;
        let ends = (qemu.stdin.take(), qemu.stdout.take());
        let machine = Self { qemu };
        match ends {
            (Some(input), Some(output)) => Ok((machine, input, output)),
            _ => bail!("QEMU has no pipes"),
        }
    }

    /// Cuts the power.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.qemu.kill()?;
        self.qemu.wait()?;
        Ok(())
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to do.
        let _ = self.qemu.kill();
        let _ = self.qemu.wait();
    }
}

/// Runs a firmware with its UART on this terminal until the user ends it.
pub(crate) fn run_here(firmware: &Firmware, headless: bool) -> Result<()> {
    let shell = Shell::new()?;
    let mut qemu = command(&shell, firmware)?;
    if headless {
        qemu.args(["-display", "none"]);
    }
    println!("Ctrl-A X ends it");
    let status = qemu.args(["-serial", "mon:stdio"]).status()?;
    if !status.success() {
        bail!("QEMU ended with {status}");
    }
    Ok(())
}

/// Finds, or installs, QEMU.
pub(crate) fn need_qemu(shell: &Shell) -> Result<()> {
    toolchain::need_qemu(shell)
}

fn command(shell: &Shell, firmware: &Firmware) -> Result<Command> {
    let (program, machine) = firmware.qemu.split_first().context("no emulator")?;
    let mut command = Command::new(program);
    command
        .args(machine)
        .arg("-kernel")
        .arg(firmware.image(shell)?);
    Ok(command)
}
