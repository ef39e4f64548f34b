//! Checks of the firmware with the small engine, for the Cortex-M4 board with half the flash and
//! half the RAM.

use anyhow::Result;
use xshell::Shell;

use super::conform::Reference;
use super::firmware::Firmware;
use super::running::Running;
use super::{apps, dispatch, m4};

pub(super) const FIRMWARE: Firmware = Firmware {
    binary: "small",
    arguments: &["--no-default-features", "--features", "small"],
    ..m4::FIRMWARE
};

/// Refused apps: the image, the app's name, and a part of the board's message.
const REFUSED: &[(&str, &str, &str)] = &[
    ("malformed/bad_magic", "malformed", "neither a module nor"),
    (
        "malformed/wrong_function_index",
        "malformed",
        "export section is not valid",
    ),
    // These apps have a page of 64 KiB.
    ("hello", "hello", "KiB of RAM"),
    ("snake", "snake", "KiB of RAM"),
];

pub(super) fn check(shell: &Shell, firmware: &Firmware, reference: &Reference) -> Result<()> {
    let Running {
        machine,
        mut console,
    } = Running::start(shell, firmware, None)?;
    println!("it starts");
    dispatch::keeps_the_stack(&mut console)?;
    reference.check(&mut console, m4::LACKS)?;
    m4::refuses(&mut console, REFUSED)?;
    apps::run_at_once(&mut console, &["small_beat", "small_devices", "small_spin"])?;
    m4::stays_within_its_memory(&mut console)?;
    m4::keeps_over_a_reset(&mut console)?;
    machine.kill()
}
