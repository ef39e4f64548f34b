//! The conformance apps: they make every native call of the table and log what came of it. A device that writes what
//! `tests/golden/conformance.txt` says does with each call what the simulated console does.

use std::path::Path;

use akira_conform::{App, Board, Golden};
use anyhow::{Context, Result};

use crate::root;

/// What the console's boards have, simulated or emulated: a light, and an accelerometer and a thermometer where they have sensors.
const CONSOLE: Board<'_> = Board::new()
    .with_output(42)
    .with_foreign_pin(49)
    .with_sensors(&[2, 13]);

const GOLDEN: &str = "tests/golden/conformance.txt";

/// Writes the apps to a folder, for devices that this does not know.
pub(crate) fn write(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let apps = apps()?;
    for app in &apps {
        std::fs::write(folder.join(format!("{}.wasm", app.name)), &app.module)?;
    }
    let (count, folder) = (apps.len(), folder.display());
    println!("wrote {count} apps to {folder}; what they are to log is in {GOLDEN}");
    Ok(())
}

fn apps() -> Result<Vec<App>> {
    akira_conform::apps(akira_abi::MODULES, &[], |module| CONSOLE.script(module))
}

/// The apps, and what each is to write.
pub(crate) struct Suite {
    apps: Vec<App>,
    golden: Golden,
}

impl Suite {
    /// Makes the apps and reads what they are to write.
    pub(crate) fn read() -> Result<Self> {
        let text = std::fs::read_to_string(root().join(GOLDEN)).unwrap_or_default();
        Ok(Self {
            apps: apps()?,
            golden: Golden::parse(&text)?,
        })
    }

    /// Returns the apps.
    pub(crate) fn apps(&self) -> &[App] {
        &self.apps
    }

    /// Returns what an app is to write.
    pub(crate) fn golden(&self, app: &App) -> Result<&[String]> {
        self.golden.of(app).with_context(|| {
            let name = &app.name;
            format!("{name} is not in {GOLDEN}; fix: cargo xtask conform --bless")
        })
    }

    /// Makes what the apps have written what they are to write.
    pub(crate) fn bless(&self, written: &[Vec<String>]) -> Result<()> {
        let written = written.iter().map(Vec::as_slice);
        let text = Golden::text(self.apps.iter().zip(written));
        std::fs::write(root().join(GOLDEN), text)?;
        println!("wrote {GOLDEN}");
        Ok(())
    }
}
