//! The Cortex-M4 board on half the flash and half the RAM, with the small engine: what its firmware has to do.

use anyhow::Result;
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

/// What is refused: the image, the app's name, and what the board says to it.
const REFUSED: &[(&str, &str, &str)] = &[
    ("malformed/bad_magic", "malformed", "neither a module nor"),
    (
        "malformed/wrong_function_index",
        "malformed",
        "export section is not valid",
    ),
    // A page of 64 KiB.
    ("hello", "hello", "bytes of RAM"),
    ("snake", "snake", "bytes of RAM"),
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
    m4::refuses(&mut console, REFUSED)?;
    apps::run_at_once(&mut console, &["small_beat", "small_devices", "small_spin"])?;
    m4::stays_within_its_memory(&mut console)?;
    m4::keeps_over_a_reset(&mut console)?;
    machine.kill()
}
