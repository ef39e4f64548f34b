//! Flash that QEMU keeps in a file.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use xshell::Shell;

use super::firmware::Firmware;
use super::machine::Machine;
use akira_conform::serial::Console;

/// Returns the arguments that plug a file in as the machine's second flash: from the first one it would boot.
pub(crate) fn arguments(flash: &Path) -> Vec<String> {
    let file = flash.display();
    vec![
        "-drive".into(),
        format!("if=pflash,unit=1,format=raw,file={file}"),
    ]
}

/// Makes a flash for a test, with nothing on it that the firmware knows.
pub(crate) fn erased(shell: &Shell, firmware: &Firmware, test: &str) -> Result<PathBuf> {
    let path = firmware
        .image(shell)?
        .with_extension(format!("{test}.flash"));
    make(&path, firmware.flash_bytes)?;
    Ok(path)
}

/// Returns the flash on which the firmware is run by hand; what is on it stays there.
pub(crate) fn kept(shell: &Shell, firmware: &Firmware) -> Result<PathBuf> {
    let path = firmware.image(shell)?.with_extension("flash");
    if !path.exists() {
        make(&path, firmware.flash_bytes)?;
    }
    Ok(path)
}

/// It holds zeros, which is as good as anything that is no store, and takes no room.
fn make(path: &Path, bytes: u64) -> Result<()> {
    let file = File::create(path).and_then(|file| file.set_len(bytes));
    file.with_context(|| format!("cannot make {}", path.display()))
}

/// Runs the firmware that tries the flash, twice on the same one.
pub(crate) fn check(shell: &Shell, firmware: &Firmware) -> Result<()> {
    firmware.build(shell)?;
    let flash = erased(shell, firmware, "check")?;
    for found in ["something else", "the pattern"] {
        let (machine, input, output) = Machine::start_with(shell, firmware, &arguments(&flash))?;
        let mut console = Console::new(input, output, firmware.greeting);
        let (lines, error) = console.answer("the check of the flash")?;
        machine.kill()?;
        ensure!(error.is_none(), "the flash fails: {error:?}\n{lines:#?}");
        let expected = [
            "flash check",
            &format!("found: {found}"),
            "erased: nothing",
            "written: the pattern",
            "refused: the word at 0x1fbfa24 is not erased; erase its sector first",
            "refused: the range does not begin and end at words or sectors",
            "refused: the range lies beyond the flash",
            "refused: the range lies beyond the flash",
            "refused: the range does not begin and end at words or sectors",
            "refused: the range lies beyond the flash",
            "refused: the range lies beyond the flash",
            "left: the pattern",
        ];
        ensure!(lines == expected, "{lines:#?}");
    }
    println!("the flash erases, programs, refuses and keeps");
    Ok(())
}
