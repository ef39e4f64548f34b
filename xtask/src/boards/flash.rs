//! Flash that QEMU keeps in a file.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use xshell::Shell;

use super::firmware::Firmware;
use super::machine::Machine;
use akira_conform::serial::Console;

/// Returns the QEMU arguments that attach a file as the machine's second flash. The machine would
/// boot from the first one.
pub(crate) fn arguments(flash: &Path) -> Vec<String> {
    let file = flash.display();
    vec![
        "-drive".into(),
        format!("if=pflash,unit=1,format=raw,file={file}"),
    ]
}

/// Creates a flash for a test, without a valid store.
pub(crate) fn erased(shell: &Shell, firmware: &Firmware, test: &str) -> Result<PathBuf> {
    let path = firmware
        .image(shell)?
        .with_extension(format!("{test}.flash"));
    make(&path, firmware.flash_bytes)?;
    Ok(path)
}

/// Returns the flash for manual runs of the firmware. Its content is kept.
pub(crate) fn kept(shell: &Shell, firmware: &Firmware) -> Result<PathBuf> {
    let path = firmware.image(shell)?.with_extension("flash");
    if !path.exists() {
        make(&path, firmware.flash_bytes)?;
    }
    Ok(path)
}

/// Creates a file of zeros. Its content is not a valid store, and a sparse file takes no disk
/// space.
fn make(path: &Path, bytes: u64) -> Result<()> {
    let file = File::create(path).and_then(|file| file.set_len(bytes));
    file.with_context(|| format!("cannot make {}", path.display()))
}

/// Runs the firmware that tests the flash, twice on the same flash.
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
            "refused: the range is not aligned to words or sectors",
            "refused: the range lies beyond the flash",
            "refused: the range lies beyond the flash",
            "refused: the range is not aligned to words or sectors",
            "refused: the range lies beyond the flash",
            "refused: the range lies beyond the flash",
            "left: the pattern",
        ];
        ensure!(lines == expected, "{lines:#?}");
    }
    println!("the flash erases, programs, refuses and keeps");
    Ok(())
}
