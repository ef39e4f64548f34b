//! Checks the firmware of `examples/firmware` on both machines: its app runs, and its pins change.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use xshell::Shell;

use super::firmware::Firmware;
use super::machine::Machine;
use super::monitor::{Door, Monitor, wait_until};
use super::{m4, rv32, small};
use akira_conform::serial::Console;

/// Machine that runs the example.
struct Example {
    firmware: Firmware,
    /// Address of the register whose two lowest bits are the outputs.
    pins: u32,
}

const M4: Firmware = Firmware {
    folder: FOLDER,
    binary: BINARY,
    ..m4::FIRMWARE
};

const M4_SMALL: Firmware = Firmware {
    folder: FOLDER,
    binary: BINARY,
    ..small::FIRMWARE
};

/// Firmware whose size has a budget, with the budget's name. It measures the runtime with its core
/// bridges only.
const MEASURED: [(&str, &Firmware); 2] = [("firmware", &M4), ("firmware-small", &M4_SMALL)];

const EXAMPLES: [Example; 3] = [
    Example {
        firmware: M4,
        pins: 0x4002_8000,
    },
    Example {
        firmware: M4_SMALL,
        pins: 0x4002_8000,
    },
    Example {
        firmware: Firmware {
            folder: FOLDER,
            binary: BINARY,
            flash_bytes: 0,
            ports: &[],
            ..rv32::FIRMWARE
        },
        pins: 0x1000_0004,
    },
];

const FOLDER: &str = "examples/firmware";
const BINARY: &str = "my-firmware";

/// Lines of the app, in rotation. The state of the button follows each.
const TURNS: [&str; 2] = [
    "blink: green 0, red 1, button ",
    "blink: green 1, red 0, button ",
];

/// Builds and runs the example on both machines.
pub(super) fn check(shell: &Shell) -> Result<()> {
    for example in &EXAMPLES {
        let firmware = &example.firmware;
        firmware.build(shell)?;
        runs(shell, example).with_context(|| {
            let arguments = firmware.arguments.join(" ");
            format!("{FOLDER} for {} {arguments}", firmware.target)
        })?;
    }
    Ok(())
}

/// Builds the firmware that has a budget of this name, if it exists, and returns its path.
pub(super) fn image(shell: &Shell, name: &str) -> Result<Option<PathBuf>> {
    let Some((_, firmware)) = MEASURED.iter().find(|(known, _)| *known == name) else {
        return Ok(None);
    };
    firmware.build(shell)?;
    firmware.image(shell).map(Some)
}

fn runs(shell: &Shell, example: &Example) -> Result<()> {
    let door = Door::open()?;
    let (machine, input, output) =
        Machine::start_with(shell, &example.firmware, &door.arguments()?)?;
    let mut console = Console::new(input, output, example.firmware.greeting);
    let mut monitor = door.enter()?;
    for turn in TURNS.iter().cycle().take(4) {
        let line = console.expect_line("the app of the firmware")?;
        ensure!(line.contains(turn), "`{line}` does not contain `{turn}`");
        println!("{line}");
    }
    for (green, red) in [(true, false), (false, true)] {
        let pins = u8::from(green) | u8::from(red) << 1;
        let what = format!("the pins of {FOLDER} are {pins:#04b}");
        wait_until(&what, || Ok(look(&mut monitor, example.pins)? == pins))?;
    }
    println!("its pins change");
    machine.kill()
}

/// Reads the pins through QEMU's monitor.
fn look(monitor: &mut Monitor, register: u32) -> Result<u8> {
    Ok(monitor.byte(register)? & 0b11)
}
