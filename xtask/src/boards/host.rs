//! Simulated console, with which boards are compared.

use std::path::PathBuf;
use std::process::Command;

use akira_conform::serial::{Outcome, text_of};
use anyhow::{Context, Result, ensure};
use xshell::{Shell, cmd};

use crate::root;
use crate::toolchain::target_folder;

/// Program of the simulated console.
pub(crate) struct Host(PathBuf);

impl Host {
    /// Builds the program, as the tests of the workspace do, so that after them it is there already.
    pub(crate) fn build(shell: &Shell) -> Result<Self> {
        let _folder = shell.push_dir(root());
        cmd!(
            shell,
            "cargo test --quiet --workspace --test cli --no-run --locked"
        )
        .run()?;
        Ok(Self(target_folder("debug").join("akira-sim")))
    }

    /// Runs an app on virtual time, for at most an hour.
    pub(crate) fn run(&self, app: &str, image: &[u8]) -> Result<Outcome> {
        let folder = target_folder("conform");
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{app}.wasm"));
        std::fs::write(&path, image)?;
        let output = Command::new(&self.0)
            .arg("run")
            .arg(path)
            .args(["--quiet", "--time", "virtual", "--timeout", "3600000"])
            .output()
            .with_context(|| format!("{} does not start", self.0.display()))?;
        let error = String::from_utf8_lossy(&output.stderr);
        if let Some((_, refusal)) = error.split_once(" is refused: ") {
            return Ok(Outcome::Refused(refusal.trim_end().into()));
        }
        // The exit code of an app that crashes is not checked here.
        let lines = String::from_utf8(output.stdout)?;
        let lines = lines
            .lines()
            .filter_map(|line| line.trim_start().split_once("  "));
        let lines: Vec<String> = lines.filter_map(|(_, line)| text_of(line, app)).collect();
        ensure!(!lines.is_empty(), "{app} does not run: {error}");
        Ok(Outcome::Ran(lines))
    }
}

/// Masks the numbers of a line that contains times or amounts of memory.
pub(crate) fn without_numbers(line: &str) -> String {
    let digits = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "#");
    let mut masked = digits(line);
    while masked.contains("##") {
        masked = masked.replace("##", "#");
    }
    masked
}
