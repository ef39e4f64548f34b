//! Parser of the output of `cargo metadata` for the workspace.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;
use xshell::{Shell, cmd};

use crate::root;

/// Packages of the workspace.
#[derive(Deserialize)]
pub(crate) struct Workspace {
    pub(crate) packages: Vec<Package>,
}

/// Package.
#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest_path: PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
}

/// Dependency of a package.
#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `None`, `dev` or `build`.
    pub(crate) kind: Option<String>,
}

/// Directory of the AkiraConsole's portable part, which is the same for every chip, the host and
/// the browser.
const CONSOLE: &str = "bsp/console";

impl Workspace {
    /// Runs `cargo metadata`.
    pub(crate) fn read(shell: &Shell) -> Result<Self> {
        let _root = shell.push_dir(root());
        let metadata = cmd!(shell, "cargo metadata --no-deps --format-version 1");
        serde_json::from_str(&metadata.quiet().read()?)
            .context("cannot parse the output of cargo metadata")
    }

    /// Returns the crates for devices: the `no_std` crates under `crates`, and the console's
    /// portable part.
    pub(crate) fn no_std_crates(&self) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for package in self
            .packages
            .iter()
            .filter(|package| package.is_published() || package.place() == CONSOLE)
        {
            let lib = std::fs::read_to_string(package.folder().join("src/lib.rs"))?;
            if lib.contains("#![no_std]") {
                names.push(package.name.clone());
            }
        }
        Ok(names)
    }
}

impl Package {
    /// Returns the package's directory.
    pub(crate) fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(&self.manifest_path)
    }

    /// Returns the package's directory, relative to the root.
    pub(crate) fn place(&self) -> String {
        let root = root();
        let folder = self.folder().strip_prefix(&root).unwrap_or(self.folder());
        folder.display().to_string()
    }

    /// Returns whether the package is one of the library crates.
    pub(crate) fn is_published(&self) -> bool {
        self.place().starts_with("crates/")
    }
}

impl Dependency {
    /// Returns whether users of the package get this dependency too.
    pub(crate) fn is_normal(&self) -> bool {
        self.kind.is_none()
    }
}
