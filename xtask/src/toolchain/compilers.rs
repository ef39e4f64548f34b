//! Compilers with which Akira's own apps are not built.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use xshell::{Cmd, Shell, cmd};

use super::{Clang, debian, npm, python, rust_std, target_folder};

/// C and C++ libraries for WASI, for the clang that builds the apps.
const WASI_PACKAGES: &[&str] = &[
    "wasi-libc",
    "libclang-rt-22-dev-wasm32",
    "libc++-22-dev-wasm32",
    "libc++abi-22-dev-wasm32",
];

/// Compiler with its arguments and environment.
pub(crate) struct Compiler {
    program: PathBuf,
    arguments: Vec<String>,
    variables: Vec<(&'static str, PathBuf)>,
    /// Argument that prints the version.
    version: &'static str,
}

impl Compiler {
    /// Finds or installs clang and clang++ with their libraries for WASI. Returns clang.
    pub(crate) fn clang(shell: &Shell) -> Result<Self> {
        let clang = Clang::find(shell)?;
        // A clang selected by `AKIRA_CLANG` has its libraries beside it.
        if shell.var("AKIRA_CLANG").is_err() {
            debian::install(shell, WASI_PACKAGES).context(
                "no wasi-libc for clang; fix: set AKIRA_CLANG to the clang of an SDK for WASI",
            )?;
        }
        Ok(Self::new(clang.path()))
    }

    /// Like [`clang`](Self::clang), but returns clang++.
    pub(crate) fn clang_cpp(shell: &Shell) -> Result<Self> {
        let mut compiler = Self::clang(shell)?;
        compiler.program.set_file_name("clang++");
        Ok(compiler)
    }

    /// Finds a rustc with the standard library for both wasm targets, or builds that library.
    pub(crate) fn rustc(shell: &Shell) -> Result<Self> {
        let Some(sysroot) = rust_std::need_sysroot(shell)? else {
            return Ok(Self::new("rustc"));
        };
        let mut compiler = Self::new(super::DEBIAN_RUSTC);
        compiler.arguments = vec![format!("--sysroot={}", sysroot.display())];
        Ok(compiler)
    }

    /// Finds this version of AssemblyScript in the target directory, or installs it there.
    pub(crate) fn assemblyscript(shell: &Shell, version: &str) -> Result<Self> {
        let folder = target_folder(&format!("assemblyscript-{version}"));
        let compiler = Self::new(folder.join("node_modules/.bin/asc"));
        let here = compiler.version(shell);
        if here.is_ok_and(|here| here.ends_with(version)) {
            return Ok(compiler);
        }
        npm::need(shell)?;
        println!("installing assemblyscript {version}");
        let package = format!("assemblyscript@{version}");
        cmd!(
            shell,
            "npm install --silent --no-save --prefix {folder} {package}"
        )
        .quiet()
        .run()
        .with_context(|| format!("cannot install {package} with npm"))?;
        Ok(compiler)
    }

    /// Finds this version of Zig in a Python virtual environment in the target directory, or
    /// installs it there.
    pub(crate) fn zig(shell: &Shell, version: &str) -> Result<Self> {
        let programs = python::need_package(shell, "ziglang", version)?;
        let mut compiler = Self::new(programs.join("python"));
        compiler.arguments = ["-m", "ziglang"].map(String::from).into();
        let caches = ["ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"];
        compiler.version = "version";
        compiler.variables = caches.map(|name| (name, target_folder("zig-cache"))).into();
        Ok(compiler)
    }

    /// Finds or installs Emscripten.
    pub(crate) fn emscripten(shell: &Shell) -> Result<Self> {
        let compiler = Self::new("emcc");
        if compiler.version(shell).is_err() {
            debian::install(shell, &["emscripten"])
                .context("no emcc in PATH; fix: install Emscripten")?;
        }
        Ok(compiler)
    }

    /// Returns the first line of the compiler's version text.
    pub(crate) fn version(&self, shell: &Shell) -> Result<String> {
        let asked = self.command(shell).arg(self.version).quiet();
        let version = asked.ignore_stderr().read()?;
        Ok(version.lines().next().unwrap_or_default().to_owned())
    }

    /// Returns a command of the compiler.
    pub(crate) fn command<'a>(&self, shell: &'a Shell) -> Cmd<'a> {
        let program = &self.program;
        cmd!(shell, "{program}")
            .args(&self.arguments)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
    }

    fn new(program: impl AsRef<Path>) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            arguments: Vec::new(),
            variables: Vec::new(),
            version: "--version",
        }
    }
}
