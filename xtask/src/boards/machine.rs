//! QEMU, with the board's UART on a pipe or on this terminal.

use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use xshell::Shell;

use super::firmware::Firmware;
use super::flash;
use crate::toolchain;

/// Machine that runs a firmware. Dropping it ends the machine.
pub(crate) struct Machine {
    qemu: Child,
}

impl Machine {
    /// Starts a firmware with only its UART connected. Returns both ends of the UART.
    pub(crate) fn start(
        shell: &Shell,
        firmware: &Firmware,
    ) -> Result<(Self, ChildStdin, ChildStdout)> {
        Self::start_with(shell, firmware, &[])
    }

    /// Starts a firmware with additional arguments for QEMU.
    pub(crate) fn start_with(
        shell: &Shell,
        firmware: &Firmware,
        more: &[String],
    ) -> Result<(Self, ChildStdin, ChildStdout)> {
        let mut qemu = command(shell, firmware)?
            .args(network(firmware, any_port))
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
        // The errors of an emulator that has already ended are ignored.
        let _ = self.qemu.kill();
        let _ = self.qemu.wait();
    }
}

/// Runs a firmware with its UART on this terminal until the user ends it.
pub(crate) fn run_here(firmware: &Firmware, shown: bool) -> Result<()> {
    let shell = Shell::new()?;
    let mut qemu = command(&shell, firmware)?;
    if !shown {
        qemu.args(["-display", "none"]);
    }
    qemu.args(network(firmware, same_port));
    if firmware.flash_bytes > 0 {
        let flash = flash::kept(&shell, firmware)?;
        qemu.args(flash::arguments(&flash));
        println!("its flash is {}", flash.display());
    }
    println!("Ctrl-A X ends it");
    for port in firmware.ports {
        println!(
            "its port {port} is reachable at 127.0.0.1:{}",
            same_port(*port)
        );
    }
    let status = qemu.args(["-serial", "mon:stdio"]).status()?;
    if !status.success() {
        bail!("QEMU ended with {status}");
    }
    Ok(())
}

/// Finds or installs QEMU.
pub(crate) fn need_qemu(shell: &Shell) -> Result<()> {
    toolchain::need_qemu(shell)
}

/// Returns the arguments for a network adapter. Its network is isolated, and its ports are
/// reachable only from this machine.
fn network(firmware: &Firmware, host_port: fn(u16) -> u16) -> Vec<String> {
    if firmware.ports.is_empty() {
        return Vec::new();
    }
    let forward = |port: &u16| format!(",hostfwd=tcp:127.0.0.1:{}-:{port}", host_port(*port));
    let forwards: String = firmware.ports.iter().map(forward).collect();
    vec![
        "-netdev".into(),
        format!("user,id=net,restrict=on{forwards}"),
        "-device".into(),
        "virtio-net-device,id=net,netdev=net".into(),
    ]
}

/// Uses the same port on the host, unless only root may open it.
fn same_port(port: u16) -> u16 {
    if port < 1024 { port + 7000 } else { port }
}

/// Uses any free port, so that parallel runs do not conflict.
fn any_port(_: u16) -> u16 {
    0
}

fn command(shell: &Shell, firmware: &Firmware) -> Result<Command> {
    let (program, machine) = firmware.qemu.split_first().context("no emulator")?;
    let mut command = Command::new(program);
    command
        .args(machine)
        .arg(firmware.load)
        .arg(firmware.image(shell)?);
    Ok(command)
}
