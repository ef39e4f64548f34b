//! Finds the compilers and the browser on the machine, or installs Debian's packages.

mod axe;
mod clang;
mod compilers;
mod debian;
mod imgtool;
mod npm;
mod python;
mod rust_std;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use xshell::{Cmd, Shell, cmd};

pub(crate) use axe::need_axe;
pub(crate) use clang::Clang;
pub(crate) use compilers::Compiler;
pub(crate) use imgtool::need_imgtool;

use crate::root;

/// Debian's compiler. Its packages include the sources of `core`.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";

/// The packages include the targets' linker `rust-lld`, which is a link from one package into
/// another.
const DEBIAN_PACKAGES: &[&str] = &[
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "lld-22",
];

/// Cargo that can build for a target without an operating system.
pub(crate) struct CrossCargo {
    target: &'static str,
    /// Debian's compiler builds `core` itself; rustup provides it compiled.
    from_debian: bool,
}

impl CrossCargo {
    /// Finds or installs a compiler for `target`.
    pub(crate) fn find(shell: &Shell, target: &'static str) -> Result<Self> {
        let from_debian = !has_core(shell, target);
        if from_debian {
            debian::install(shell, DEBIAN_PACKAGES).with_context(|| {
                format!(
                    "no installed toolchain builds for {target}; fix: rustup target add {target}"
                )
            })?;
            require_version(shell)?;
        }
        Ok(Self {
            target,
            from_debian,
        })
    }

    /// Returns the command `cargo build --release` for the target. Each target has a target
    /// directory: in a shared one, a build would wait until those for other targets have ended.
    pub(crate) fn build<'a>(&self, shell: &'a Shell) -> Cmd<'a> {
        let build = cargo(shell, "build", &[self.target], self.from_debian);
        let folder = cross_folder(self.target);
        build.arg("--release").args(["--target-dir".into(), folder])
    }

    /// Returns the command `cargo check` for several targets, with one target directory. Most
    /// of the time goes into `core`, which one core of the host compiles; with all targets in one
    /// command, the other cores compile it for other targets.
    pub(crate) fn check<'a>(shell: &'a Shell, targets: &[&'static str]) -> Result<Cmd<'a>> {
        let mut from_debian = false;
        for target in targets {
            from_debian |= Self::find(shell, target)?.from_debian;
        }
        let folder = cross_folder("check");
        Ok(cargo(shell, "check", targets, from_debian).args(["--target-dir".into(), folder]))
    }

    /// Returns the directory of the build's output.
    pub(crate) fn output(&self) -> PathBuf {
        cross_folder(self.target).join(self.target).join("release")
    }

    /// Returns the compiler's command.
    pub(crate) fn rustc(&self) -> &'static str {
        if self.from_debian {
            DEBIAN_RUSTC
        } else {
            "rustc"
        }
    }

    /// Returns the version text of the compiler.
    pub(crate) fn version(&self, shell: &Shell) -> Result<String> {
        let rustc = self.rustc();
        Ok(cmd!(shell, "{rustc} --version").quiet().read()?)
    }
}

/// Returns the command `cargo <what>` for targets without an operating system.
fn cargo<'a>(shell: &'a Shell, what: &str, targets: &[&str], from_debian: bool) -> Cmd<'a> {
    let program = if from_debian { DEBIAN_CARGO } else { "cargo" };
    let mut cargo = cmd!(shell, "{program} {what}");
    for target in targets {
        let paths = without_paths(target);
        cargo = cargo.args(["--target", target, "--config", &paths]);
    }
    if !from_debian {
        return cargo;
    }
    // Debian's compiler is a stable one. The variable is needed to build `core`; no source here
    // needs it.
    cargo
        .arg("-Zbuild-std=core,alloc")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", DEBIAN_RUSTC)
        .env_remove("RUSTUP_TOOLCHAIN")
}

/// Returns the target directory of this name for targets without an operating system.
fn cross_folder(name: &str) -> PathBuf {
    target_folder("cross").join(name)
}

/// Returns the cargo setting that removes the machine's source paths from panic messages. Firmware
/// then has the same bytes, and the same size, on every machine.
fn without_paths(target: &str) -> String {
    let home = std::env::var("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|_| std::env::var("HOME").map(|home| Path::new(&home).join(".cargo")));
    let sources = home.unwrap_or_default().join("registry/src");
    let registries = std::fs::read_dir(&sources).into_iter().flatten().flatten();
    let registries = registries.map(|entry| entry.path().display().to_string());
    let ours = root().display().to_string();
    let flags: Vec<String> = registries
        .chain([ours, "/usr/lib/rustlib/src/rust/library".into()])
        .map(|folder| format!("\"--remap-path-prefix={folder}/=\""))
        .collect();
    format!("target.{target}.rustflags=[{}]", flags.join(","))
}

/// Finds or installs a browser and its driver.
pub(crate) fn need_browser(shell: &Shell) -> Result<()> {
    let here = |program| {
        cmd!(shell, "{program} --version")
            .quiet()
            .ignore_stderr()
            .read()
            .is_ok()
    };
    if here("chromedriver") && here("chromium") {
        return Ok(());
    }
    debian::install(shell, &["chromium", "chromium-driver"])
}

/// Finds or installs Valgrind, which counts instructions.
pub(crate) fn need_valgrind(shell: &Shell) -> Result<()> {
    let here = cmd!(shell, "valgrind --version").quiet();
    if here.ignore_stdout().ignore_stderr().run().is_ok() {
        return Ok(());
    }
    debian::install(shell, &["valgrind"])
}

/// Finds or installs the emulators.
pub(crate) fn need_qemu(shell: &Shell) -> Result<()> {
    const PACKAGES: [&str; 2] = ["qemu-system-arm", "qemu-system-misc"];
    let here = |program| {
        cmd!(shell, "{program} --version")
            .quiet()
            .ignore_stdout()
            .ignore_stderr()
            .run()
            .is_ok()
    };
    if here("qemu-system-arm") && here("qemu-system-riscv32") {
        return Ok(());
    }
    let [arm, misc] = PACKAGES;
    // The emulators conflict with newer tools for disk images, which are not needed here. If apt
    // reports this conflict, the tools are removed.
    debian::install(shell, &PACKAGES)
        .or_else(|_| debian::install(shell, &[arm, misc, "qemu-utils-"]))
}

/// Returns the directory of this name in cargo's target directory.
pub(crate) fn target_folder(name: &str) -> PathBuf {
    let told = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let folder = told.unwrap_or_else(|| "target".into());
    root().join(folder).join(name)
}

fn has_core(shell: &Shell, target: &str) -> bool {
    let found = cmd!(shell, "rustc --print target-libdir --target {target}");
    let found = found.quiet().ignore_stderr().read();
    found.is_ok_and(|folder| Path::new(&folder).is_dir())
}

/// Checks the version: older Debian compilers have the same path.
fn require_version(shell: &Shell) -> Result<()> {
    let version = cmd!(shell, "{DEBIAN_RUSTC} --version").quiet().read()?;
    let minor = version
        .split('.')
        .nth(1)
        .and_then(|minor| minor.parse::<u32>().ok());
    let needed = env!("CARGO_PKG_RUST_VERSION");
    let needed_minor = needed
        .split('.')
        .nth(1)
        .and_then(|minor| minor.parse().ok());
    if minor < needed_minor {
        bail!(
            "{DEBIAN_RUSTC} is {version}, older than {needed}; fix: install rustc-web or use rustup"
        );
    }
    Ok(())
}
