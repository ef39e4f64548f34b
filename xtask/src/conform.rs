//! Conformance apps. They make every native call of the table and log the results. A device whose
//! log equals `tests/golden/conformance.txt` behaves like the simulated console in each call.

use std::path::Path;

use akira_conform::{App, Board, Golden};
use anyhow::{Context, Result};

use crate::root;

/// Hardware of the console's boards, simulated or emulated: a light, and on boards with sensors an
/// accelerometer and a thermometer.
const CONSOLE: Board<'_> = Board::new()
    .with_output(42)
    .with_foreign_pin(49)
    .with_sensors(&[2, 13]);

const GOLDEN: &str = "tests/golden/conformance.txt";

/// Writes the apps to a directory, for devices outside this repository.
pub(crate) fn write(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let apps = apps()?;
    for app in &apps {
        std::fs::write(folder.join(format!("{}.wasm", app.name)), &app.module)?;
    }
    let (count, folder) = (apps.len(), folder.display());
    println!("wrote {count} apps to {folder}; their expected logs are in {GOLDEN}");
    Ok(())
}

fn apps() -> Result<Vec<App>> {
    akira_conform::apps(akira_abi::MODULES, &[], |module| CONSOLE.script(module))
}

/// Conformance apps with their expected output.
pub(crate) struct Suite {
    apps: Vec<App>,
    golden: Golden,
}

impl Suite {
    /// Generates the apps and reads their expected output.
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

    /// Returns the expected output of an app.
    pub(crate) fn golden(&self, app: &App) -> Result<&[String]> {
        self.golden.of(app).with_context(|| {
            let name = &app.name;
            format!("{name} is not in {GOLDEN}; fix: cargo xtask conform --bless")
        })
    }

    /// Makes the given output the expected output of the apps.
    pub(crate) fn bless(&self, written: &[Vec<String>]) -> Result<()> {
        let written = written.iter().map(Vec::as_slice);
        let text = Golden::text(self.apps.iter().zip(written));
        std::fs::write(root().join(GOLDEN), text)?;
        println!("wrote {GOLDEN}");
        Ok(())
    }
}
