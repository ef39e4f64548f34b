//! Expected logs of the apps, and their comparison with the log of a device.

use std::collections::BTreeMap;

use akira_abi::Errno;
use anyhow::{Context, Result, bail};

use crate::{App, diff};

/// Separates a call from its answer in a line.
const ANSWER: &str = ") = ";

/// Expected log of each app. The file format is lines of the form `app: line`.
#[derive(Clone, Debug, Default)]
pub struct Golden(BTreeMap<String, Vec<String>>);

impl Golden {
    /// Parses the text of a golden file.
    ///
    /// # Errors
    ///
    /// If a line names no app.
    pub fn parse(text: &str) -> Result<Self> {
        let mut golden = BTreeMap::<String, Vec<String>>::new();
        for line in text.lines() {
            let (app, line) = line
                .split_once(':')
                .context("a line does not name an app")?;
            let lines = golden.entry(app.into()).or_default();
            lines.push(line.trim_start().into());
        }
        Ok(Self(golden))
    }

    /// Returns the text of a golden file that contains these logs.
    pub fn text<'a>(logged: impl Iterator<Item = (&'a App, &'a [String])>) -> String {
        let mut text = String::new();
        for (app, lines) in logged {
            for line in lines {
                let line = format!("{}: {line}", app.name);
                text.push_str(line.trim_end());
                text.push('\n');
            }
        }
        text
    }

    /// Returns the expected log of an app, or `None` if the file does not contain it.
    pub fn of(&self, app: &App) -> Option<&[String]> {
        self.0.get(&app.name).map(Vec::as_slice)
    }
}

impl App {
    /// Compares the app's log with the expected one. `lacks` names the native modules that the
    /// device does not have: their calls must return `-ENOSYS`.
    ///
    /// # Errors
    ///
    /// If the logs differ. The error contains a diff.
    pub fn compare(&self, expected: &[String], logged: &[String], lacks: &[&str]) -> Result<()> {
        let lacking = self.module_of.is_some_and(|module| lacks.contains(&module));
        let (expected, logged) = if lacking {
            (absent(expected), answers(logged))
        } else {
            (expected.to_vec(), logged.to_vec())
        };
        if logged != expected {
            bail!(
                "the log of {} differs from the expected one:\n{}",
                self.name,
                diff(&expected, &logged)
            );
        }
        Ok(())
    }
}

/// Returns the lines that are expected if every call is unsupported.
fn absent(golden: &[String]) -> Vec<String> {
    let call = |line: &String| {
        let (call, _) = line.split_once(ANSWER)?;
        Some(format!("{call}{ANSWER}{}", Errno::ENOSYS.code()))
    };
    golden.iter().filter_map(call).collect()
}

/// Returns the lines with answers. Drops the line about the app's end, because an app whose calls
/// are unsupported ends differently.
fn answers(logged: &[String]) -> Vec<String> {
    let has_answer = |line: &&String| line.contains(ANSWER);
    logged.iter().filter(has_answer).cloned().collect()
}
