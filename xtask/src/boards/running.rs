use std::path::Path;

use anyhow::Result;
use xshell::Shell;

use super::firmware::Firmware;
use super::flash;
use super::machine::Machine;
use akira_conform::serial::Console;

/// Running board with its command line.
pub(crate) struct Running {
    pub(crate) machine: Machine,
    pub(crate) console: Console,
}

impl Running {
    /// Starts a firmware, with this flash file if given, and waits for its command line.
    pub(crate) fn start(shell: &Shell, firmware: &Firmware, flash: Option<&Path>) -> Result<Self> {
        let plugged = flash.map(flash::arguments).unwrap_or_default();
        let (machine, input, output) = Machine::start_with(shell, firmware, &plugged)?;
        let mut console = Console::new(input, output, firmware.greeting);
        console.wait_for_start()?;
        Ok(Self { machine, console })
    }
}
