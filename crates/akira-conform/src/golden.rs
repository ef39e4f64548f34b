//! What the apps are to log, and whether a device's apps log that.

use std::collections::BTreeMap;

use akira_abi::Errno;
use anyhow::{Context, Result, bail};

use crate::{App, diff};

/// Separates a call from its answer in a line.
const ANSWER: &str = ") = ";

/// What each app is to log: a file with a line `app: line` for each.
#[derive(Clone, Debug, Default)]
pub struct Golden(BTreeMap<String, Vec<String>>);

impl Golden {
    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// If a line has no app.
    pub fn parse(text: &str) -> Result<Self> {
        let mut golden = BTreeMap::<String, Vec<String>>::new();
        for line in text.lines() {
            let (app, line) = line.split_once(':').context("a line of no app")?;
            let lines = golden.entry(app.into()).or_default();
            lines.push(line.trim_start().into());
        }
        Ok(Self(golden))
    }

    /// Returns the text of a file of what apps have logged, to be held against from then on.
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

    /// Returns what an app is to log; none if it is not there.
    pub fn of(&self, app: &App) -> Option<&[String]> {
        self.0.get(&app.name).map(Vec::as_slice)
    }
}

impl App {
    /// Compares what it logged with what it is to log, on a device that lacks some native modules: what it calls of those
    /// returns `-ENOSYS`.
    ///
    /// # Errors
    ///
    /// If it logged something else, with the lines that differ.
    pub fn compare(&self, expected: &[String], logged: &[String], lacks: &[&str]) -> Result<()> {
        let lacking = self.module_of.is_some_and(|module| lacks.contains(&module));
        let (expected, logged) = if lacking {
            (absent(expected), answers(logged))
        } else {
            (expected.to_vec(), logged.to_vec())
        };
        if logged != expected {
            bail!(
                "{} logs other lines than it is to:\n{}",
                self.name,
                diff(&expected, &logged)
            );
        }
        Ok(())
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
fn answers(logged: &[String]) -> Vec<String> {
    let has_answer = |line: &&String| line.contains(ANSWER);
    logged.iter().filter(has_answer).cloned().collect()
}
