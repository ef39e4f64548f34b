use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use xshell::{Cmd, Shell, cmd};

use super::debian;

/// Directory of Debian's and LLVM's packages, in the version that built the committed apps.
const LLVM: &str = "/usr/lib/llvm-22/bin";

/// Clang for wasm32, with its linker beside it.
pub(crate) struct Clang {
    path: PathBuf,
}

impl Clang {
    /// Finds clang: `$AKIRA_CLANG`, LLVM 22, or Debian's packages of it.
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

    /// Returns a command of clang.
    pub(crate) fn command<'a>(&self, shell: &'a Shell) -> Cmd<'a> {
        let path = &self.path;
        cmd!(shell, "{path}")
    }

    /// Returns the path of clang.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the directory of its libraries, including libclang.
    pub(crate) fn libraries(&self) -> Option<PathBuf> {
        Some(self.path.parent()?.parent()?.join("lib"))
    }

    /// Returns the first line of the compiler's version text.
    pub(crate) fn version(&self, shell: &Shell) -> Result<String> {
        let version = self.command(shell).arg("--version").quiet().read()?;
        Ok(version.lines().next().unwrap_or_default().to_owned())
    }
}
