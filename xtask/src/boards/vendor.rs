//! Checks the vendor module of `examples/vendor-module`, which is outside the workspace: its
//! generated files are fresh, its tests pass, and a device with the module runs its app on this
//! machine and on a Cortex-M4.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use xshell::{Shell, cmd};

use super::firmware::Firmware;
use super::m4;
use super::machine::Machine;
use crate::root;
use akira_conform::serial::Console;

const FOLDER: &str = "examples/vendor-module";

const M4: Firmware = Firmware {
    folder: FOLDER,
    binary: "device",
    arguments: &["--features", "device"],
    ..m4::FIRMWARE
};

/// Expected log: the app ends without the capability, and waters with it.
const LINES: [&str; 5] = [
    "visitor: denied: valve_pulse needs acme.valve, which the app was not granted",
    "visitor: may not water",
    "visitor: returned 1",
    "gardener: watered",
    "gardener: watered",
];

/// Runs all checks.
pub(super) fn check(shell: &Shell) -> Result<()> {
    on_host(shell).with_context(|| format!("{FOLDER} on this machine"))?;
    M4.build(shell)?;
    let (machine, input, output) = Machine::start(shell, &M4)?;
    let mut console = Console::new(input, output, M4.greeting);
    for expected in LINES {
        is_as_expected(&console.expect_line("the vendor's app")?, expected)?;
    }
    machine.kill()
}

fn on_host(shell: &Shell) -> Result<()> {
    let _folder = shell.push_dir(root().join(FOLDER));
    let target = root().join("target/vendor");
    let _target = shell.push_env("CARGO_TARGET_DIR", &target);
    let generate = cmd!(
        shell,
        "cargo run --quiet --locked --features tools --bin generate -- --check"
    );
    generate.run()?;
    cmd!(shell, "cargo test --quiet --locked").run()?;
    let build = cmd!(shell, "cargo build --quiet --locked --features device");
    build.run()?;
    let mut device = Command::new(target.join("debug/device"))
        .stdout(Stdio::piped())
        .spawn()?;
    let output = device.stdout.take().context("it has no output")?;
    let lines = BufReader::new(output).lines();
    let checked = LINES
        .iter()
        .zip(lines)
        .try_for_each(|(expected, line)| is_as_expected(&line?, expected));
    device.kill()?;
    device.wait()?;
    checked
}

fn is_as_expected(line: &str, expected: &str) -> Result<()> {
    println!("{line}");
    ensure!(
        line.contains(expected),
        "`{line}` does not contain `{expected}`"
    );
    Ok(())
}
