//! Checks the rules of the repository that the compiler does not check.

mod crates;
mod layers;
mod text;
mod threats;

use std::fmt;

use anyhow::{Result, bail};
use xshell::Shell;

use crate::workspace::Workspace;

/// Violation of a rule: its place, its description and its fix.
struct Fault {
    place: String,
    what: String,
    fix: String,
}

/// Checks every rule and prints each violation.
pub(crate) fn run() -> Result<()> {
    let shell = Shell::new()?;
    let workspace = Workspace::read(&shell)?;
    let mut faults = layers::check(&workspace);
    faults.extend(crates::check(&workspace)?);
    faults.extend(text::check(&shell)?);
    faults.extend(threats::check(&shell)?);
    for fault in &faults {
        println!("{fault}");
    }
    if !faults.is_empty() {
        bail!("{} places are not tidy", faults.len());
    }
    println!("{} packages are tidy", workspace.packages.len());
    Ok(())
}

impl Fault {
    fn new(place: impl Into<String>, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            what: what.into(),
            fix: fix.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; fix: {}", self.place, self.what, self.fix)
    }
}
