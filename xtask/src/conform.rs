//! The conformance apps: they make every native call of the table and log what came of it. A device that writes what
//! `tests/golden/conformance.txt` says does with each call what the simulated console does.

mod diff;
mod guest;
mod script;
mod suite;

use std::collections::BTreeMap;
use std::path::Path;

use akira_abi::{Area, Errno};
use anyhow::{Context, Result, bail};

pub(crate) use diff::diff;
pub(crate) use suite::App;

use crate::apps::renamed;
use crate::root;

const GOLDEN: &str = "tests/golden/conformance.txt";

/// Writes the apps to a folder, for devices that this does not know.
pub(crate) fn write(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let apps = suite::all()?;
    for app in &apps {
        std::fs::write(folder.join(format!("{}.wasm", app.name)), &app.module)?;
    }
    let (count, folder) = (apps.len(), folder.display());
    println!("wrote {count} apps to {folder}; what they are to log is in {GOLDEN}");
    Ok(())
}

/// The apps, and what each is to write.
pub(crate) struct Suite {
    apps: Vec<App>,
    golden: BTreeMap<String, Vec<String>>,
}

impl Suite {
    /// Makes the apps and reads what they are to write.
    pub(crate) fn read() -> Result<Self> {
        let path = root().join(GOLDEN);
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let mut golden = BTreeMap::<String, Vec<String>>::new();
        for line in text.lines() {
            let (app, line) = line.split_once(':').context("a line of no app")?;
            let lines = golden.entry(app.into()).or_default();
            lines.push(line.trim_start().into());
        }
        let apps = suite::all()?;
        Ok(Self { apps, golden })
    }

    /// Returns the apps.
    pub(crate) fn apps(&self) -> &[App] {
        &self.apps
    }

    /// Returns what an app is to write.
    pub(crate) fn golden(&self, app: &App) -> Result<&[String]> {
        let golden = self.golden.get(&app.name).map(Vec::as_slice);
        golden.with_context(|| {
            let name = &app.name;
            format!("{name} is not in {GOLDEN}; mend: cargo xtask conform --bless")
        })
    }

    /// Makes what the apps have written what they are to write.
    pub(crate) fn bless(&self, written: &[Vec<String>]) -> Result<()> {
        let mut text = String::new();
        for (app, lines) in self.apps.iter().zip(written) {
            for line in lines {
                let line = format!("{}: {line}", app.name);
                text.push_str(line.trim_end());
                text.push('\n');
            }
        }
        std::fs::write(root().join(GOLDEN), text)?;
        println!("wrote {GOLDEN}");
        Ok(())
    }
}

impl App {
    /// Compares what it wrote with what it is to write, on a device that lacks some native modules.
    pub(crate) fn compare(
        &self,
        expected: &[String],
        written: &[String],
        lacks: &[Area],
    ) -> Result<()> {
        let lacking = self.area.is_some_and(|area| lacks.contains(&area));
        let (expected, written) = if lacking {
            (absent(expected), answers(written))
        } else {
            (expected.to_vec(), written.to_vec())
        };
        if written != expected {
            bail!(
                "{} writes other lines than it is to:\n{}",
                self.name,
                diff(&expected, &written)
            );
        }
        Ok(())
    }

    /// Returns it with a manifest that asks for nothing, so that it is granted nothing.
    pub(crate) fn denied(&self) -> Result<Vec<u8>> {
        renamed(&self.module, &self.name)
    }
}

/// What each call answers where there is nothing behind it.
fn absent(golden: &[String]) -> Vec<String> {
    let call = |line: &String| {
        let (call, _) = line.split_once(ANSWER)?;
        Some(format!("{call}{ANSWER}{}", Errno::ENOSYS.code()))
    };
    golden.iter().filter_map(call).collect()
}

/// The lines with answers: without that of the end, which a call brings about that is not there.
fn answers(written: &[String]) -> Vec<String> {
    let has_answer = |line: &&String| line.contains(ANSWER);
    written.iter().filter(has_answer).cloned().collect()
}

const ANSWER: &str = ") = ";
