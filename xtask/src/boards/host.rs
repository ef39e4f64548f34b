//! The simulated console: what a board is compared with.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use xshell::{Shell, cmd};

use crate::root;
use crate::toolchain::target_folder;

/// What an app does on a device.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// It was admitted and wrote these lines, up to its end.
    Ran(Vec<String>),
    /// It was not admitted, for this reason.
    Refused(String),
}

/// The program of the simulated console.
pub(crate) struct Host(PathBuf);

impl Host {
    /// Builds it.
    pub(crate) fn build(shell: &Shell) -> Result<Self> {
        let _folder = shell.push_dir(root());
        cmd!(shell, "cargo build --quiet --package akira-sim --locked").run()?;
        Ok(Self(target_folder("debug").join("akira-sim")))
    }

    /// Runs an app on virtual time.
    pub(crate) fn run(&self, app: &str, image: &[u8]) -> Result<Outcome> {
        let folder = target_folder("conform");
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{app}.wasm"));
        std::fs::write(&path, image)?;
        let output = Command::new(&self.0)
            .arg("run")
            .arg(path)
            .args(["--quiet", "--time", "virtual"])
            .output()
            .with_context(|| format!("{} does not start", self.0.display()))?;
        let error = String::from_utf8_lossy(&output.stderr);
        if let Some((_, refusal)) = error.split_once(" is refused: ") {
            return Ok(Outcome::Refused(refusal.trim_end().into()));
        }
        // An app that crashes is an exit code, and none of this function's affair.
        let lines = String::from_utf8(output.stdout)?;
        let lines = lines
            .lines()
            .filter_map(|line| line.trim_start().split_once("  "));
        let lines: Vec<String> = lines.filter_map(|(_, line)| text(line, app)).collect();
        ensure!(!lines.is_empty(), "{app} does not run: {error}");
        Ok(Outcome::Ran(lines))
    }
}

impl Outcome {
    /// Returns the lines of an app that is to run.
    pub(crate) fn lines(self, app: &str) -> Result<Vec<String>> {
        match self {
            Self::Ran(lines) => Ok(lines),
            Self::Refused(why) => bail!("{app} is refused: {why}"),
        }
    }
}

/// Returns what an app wrote in a line `app: text`. A serial port's lines lose their blanks at the end, so all do.
pub(crate) fn text(line: &str, app: &str) -> Option<String> {
    let text = line.strip_prefix(app)?.strip_prefix(':')?;
    Some(text.trim().to_owned())
}

/// Replaces numbers, for lines that tell times or what fits.
pub(crate) fn without_numbers(line: &str) -> String {
    let digits = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "#");
    let mut masked = digits(line);
    while masked.contains("##") {
        masked = masked.replace("##", "#");
    }
    masked
}
