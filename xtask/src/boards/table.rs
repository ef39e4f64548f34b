//! Board with a screen and keys, operated like a real one.

use std::path::{Path, PathBuf};

use anyhow::Result;
use xshell::Shell;

use super::firmware::Firmware;
use super::flash;
use super::machine::Machine;
use super::monitor::{Door, Monitor, wait_until};
use super::picture::{Area, Picture};
use akira_conform::serial::Console;

/// Running board with its command line, its keys and a view of its screen.
pub(crate) struct Table {
    pub(crate) machine: Machine,
    pub(crate) console: Console,
    pub(crate) monitor: Monitor,
    pub(crate) greeting: &'static str,
    /// Path of the latest picture of the screen.
    pub(crate) shot: PathBuf,
}

impl Table {
    /// Starts a firmware with this flash file, and waits for its command line.
    pub(crate) fn start(shell: &Shell, firmware: &Firmware, flash: &Path) -> Result<Self> {
        let door = Door::open()?;
        let plugged = [door.arguments()?, flash::arguments(flash)].concat();
        let (machine, input, output) = Machine::start_with(shell, firmware, &plugged)?;
        let mut console = Console::new(input, output, firmware.greeting);
        console.wait_for_start()?;
        Ok(Self {
            machine,
            console,
            monitor: door.enter()?,
            greeting: firmware.greeting,
            shot: firmware.image(shell)?.with_extension("png"),
        })
    }

    /// Takes a picture of the screen.
    pub(crate) fn look(&mut self) -> Result<Picture> {
        self.monitor.shoot(&self.shot)?;
        Picture::read(&self.shot)
    }

    /// Waits until the screen equals the golden image of the simulated console, pixel by pixel.
    pub(crate) fn expect(&mut self, golden: &str) -> Result<()> {
        self.expect_but(golden, &[])
    }

    /// Waits until the screen equals the golden image, except for some areas.
    pub(crate) fn expect_but(&mut self, golden: &str, areas: &[Area]) -> Result<()> {
        let expected = Picture::golden(golden)?.without(areas);
        let what = format!("{} is tests/golden/{golden}.png", self.shot.display());
        wait_until(&what, || Ok(self.look()?.without(areas) == expected))?;
        println!("the screen shows {golden} as on the host, pixel by pixel");
        Ok(())
    }

    pub(crate) fn expect_running(&mut self, app: &str) -> Result<()> {
        wait_until(&format!("{app} runs"), || {
            is_running(&mut self.console, app)
        })
    }

    pub(crate) fn tap_for_another_picture(&mut self, key: &str) -> Result<()> {
        let before = self.look()?;
        self.monitor.tap(key)?;
        let what = format!("{key} changes {}", self.shot.display());
        wait_until(&what, || Ok(self.look()? != before))
    }

    pub(crate) fn tap(&mut self, key: &str, times: usize) -> Result<()> {
        (0..times).try_for_each(|_| self.monitor.tap(key))
    }
}

pub(crate) fn is_running(console: &mut Console, app: &str) -> Result<bool> {
    let apps = console.command("apps")?;
    let mut words = apps.iter().map(|line| line.split_whitespace());
    let line = words.find_map(|mut words| (words.next()? == app).then_some(words));
    Ok(line.is_some_and(|mut words| words.any(|word| word == "RUNNING")))
}
