//! The Cortex-M4 board on half the flash and half the RAM, with the small engine: what its firmware has to do.

use anyhow::{Context, Result, ensure};
use xshell::Shell;

use super::console::Console;
use super::firmware::Firmware;
use super::machine::Machine;
use super::{apps, m4};

pub(super) const FIRMWARE: Firmware = Firmware {
    binary: "small",
    arguments: &["--no-default-features", "--features", "small"],
    ..m4::FIRMWARE
};

/// Apps that end by themselves, with their last lines.
const ENDING: &[(&str, &str)] = &[
    ("small_devices", "returned 0"),
    ("small_spin", "trapped: CPU budget used up"),
];

/// What is refused, and what the board says to it.
const REFUSED: &[(&str, &str)] = &[
    ("malformed/bad_magic.wasm", "not a WebAssembly module"),
    (
        "malformed/wrong_function_index.wasm",
        "export section is not valid",
    ),
    // A page of 64 KiB.
    ("hello.wasm", "bytes of RAM"),
    ("blocks.wasm", "takes at most 4096"),
];

pub(super) fn check(shell: &Shell, firmware: &Firmware) -> Result<()> {
    let (machine, input, output) = Machine::start(shell, firmware)?;
    let mut console = Console::new(input, output, firmware.greeting);
    console.wait_for_start()?;
    println!("it starts");
    for (app, end) in ENDING {
        apps::install(&mut console, app)?;
        apps::run(&mut console, app, end)?;
        console.command(&format!("uninstall {app}"))?;
        println!("{app} runs up to: {end}");
    }
    for (path, why) in REFUSED {
        let refusal = apps::transfer(&mut console, "refused", &apps::image(path)?)?;
        let refusal = refusal.with_context(|| format!("{path} was installed"))?;
        ensure!(refusal.contains(why), "{path} was refused with: {refusal}");
        println!("{path} is refused: {refusal}");
    }
    apps::run_at_once(&mut console, &["small_beat", "small_devices", "small_spin"])?;
    m4::stays_within_its_memory(&mut console)?;
    machine.kill()
}
