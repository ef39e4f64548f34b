use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use xshell::{Cmd, Shell, cmd};

use super::debian;

/// Debian's and LLVM's packages of the version that the committed apps are built with.
const LLVM: &str = "/usr/lib/llvm-22/bin";

/// A clang that compiles for wasm32, with its linker beside it.
pub(crate) struct Clang {
    path: PathBuf,
}

impl Clang {
    /// Finds clang: `$AKIRA_CLANG`, LLVM 22's, or Debian's packages of that.
    pub(crate) fn find(shell: &Shell) -> Result<Self> {
        if let Ok(path) = shell.var("AKIRA_CLANG") {
            return Ok(Self { path: path.into() });
        }
        let llvm = Path::new(LLVM);
        if !llvm.join("clang").exists() || !llvm.join("wasm-ld").exists() {
            debian::install(shell, &["clang-22", "lld-22"])
                .context("no clang 22 with wasm-ld; fix: set AKIRA_CLANG to a clang for wasm32")?;
        }
        Ok(Self {
            path: llvm.join("clang"),
        })
    }

    /// Begins a command.
    pub(crate) fn command<'a>(&self, shell: &'a Shell) -> Cmd<'a> {
        let path = &self.path;
        cmd!(shell, "{path}")
    }

    /// Returns where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the folder of its libraries, libclang among them.
    pub(crate) fn libraries(&self) -> Option<PathBuf> {
        Some(self.path.parent()?.parent()?.join("lib"))
    }

    /// Returns what the compiler says of itself.
    pub(crate) fn version(&self, shell: &Shell) -> Result<String> {
        let version = self.command(shell).arg("--version").quiet().read()?;
        Ok(version.lines().next().unwrap_or_default().to_owned())
    }
}
