//! Builds the standard library for wasm, for machines whose rustc has none and cannot download it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use xshell::{Shell, cmd};

use super::{
    DEBIAN_CARGO, DEBIAN_PACKAGES, DEBIAN_RUSTC, debian, has_core, require_version, target_folder,
};

const TARGETS: [&str; 2] = ["wasm32-unknown-unknown", "wasm32-wasip1"];

/// Files with which rustc links for WASI. rustup's toolchain includes them.
const WASI: [&str; 2] = ["crt1-command.o", "libc.a"];

/// Directory of these files in Debian's wasi-libc.
const WASI_LIBC: &str = "/usr/lib/wasm32-wasi";

/// Directory of the targets in a sysroot.
const RUSTLIB: &str = "lib/rustlib";

/// Returns `None` if the installed rustc has the standard library for all of [`TARGETS`]. Otherwise
/// builds it with Debian's compiler in the directory layout of rustup, and returns the sysroot.
pub(super) fn need_sysroot(shell: &Shell) -> Result<Option<PathBuf>> {
    if TARGETS.iter().all(|target| has_core(shell, target)) {
        return Ok(None);
    }
    debian::install(shell, DEBIAN_PACKAGES)
        .and_then(|()| debian::install(shell, &["wasi-libc"]))
        .with_context(|| {
            let targets = TARGETS.join(" ");
            format!("rustc has no standard library for wasm; fix: rustup target add {targets}")
        })?;
    require_version(shell)?;
    let version = cmd!(shell, "{DEBIAN_RUSTC} --version").quiet().read()?;
    let sysroot = target_folder("rust-std").join("sysroot");
    // Written last, so that an interrupted build is not used.
    let stamp = sysroot.join("VERSION");
    if std::fs::read_to_string(&stamp).is_ok_and(|built| built == version) {
        return Ok(Some(sysroot));
    }
    build(shell)?;
    lay_out(shell, &sysroot)?;
    std::fs::write(stamp, version)?;
    Ok(Some(sysroot))
}

/// Builds the standard library as the dependency of an empty crate.
fn build(shell: &Shell) -> Result<()> {
    println!(
        "building Rust's standard library for {}",
        TARGETS.join(" and ")
    );
    let folder = target_folder("rust-std");
    shell.remove_path(&folder)?;
    let manifest = folder.join("Cargo.toml");
    let package = "[package]\nname = \"empty\"\nedition = \"2024\"\n[workspace]\n";
    shell.write_file(&manifest, package)?;
    shell.write_file(folder.join("src/lib.rs"), "")?;
    let targets = TARGETS.iter().flat_map(|target| ["--target", target]);
    let build = cmd!(
        shell,
        "{DEBIAN_CARGO} build --quiet --release -Zbuild-std=std,panic_abort --manifest-path {manifest} --target-dir {folder}"
    );
    // Debian's compiler is a stable one. The variable is needed only to build the library.
    let build = build
        .args(targets)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", DEBIAN_RUSTC)
        .env_remove("RUSTUP_TOOLCHAIN");
    Ok(build.quiet().run()?)
}

fn lay_out(shell: &Shell, sysroot: &Path) -> Result<()> {
    for target in TARGETS {
        let to = sysroot.join(RUSTLIB).join(target).join("lib");
        shell.create_dir(&to)?;
        let built = target_folder("rust-std").join(target).join("release/deps");
        for file in shell.read_dir(built)? {
            if file
                .extension()
                .is_some_and(|extension| extension == "rlib")
            {
                shell.copy_file(file, &to)?;
            }
        }
        let wasi = to.join("self-contained");
        shell.create_dir(&wasi)?;
        for file in WASI {
            shell.copy_file(Path::new(WASI_LIBC).join(file), &wasi)?;
        }
    }
    link_host(shell, sysroot)
}

/// Links the host's libraries into the sysroot, because rustc looks for the linker beside them.
fn link_host(shell: &Shell, sysroot: &Path) -> Result<()> {
    let debian = cmd!(shell, "{DEBIAN_RUSTC} --print=sysroot")
        .quiet()
        .read()?;
    let host = cmd!(shell, "{DEBIAN_RUSTC} --print=host-tuple")
        .quiet()
        .read()?;
    let from = Path::new(&debian).join(RUSTLIB).join(&host);
    let to = sysroot.join(RUSTLIB).join(&host);
    cmd!(shell, "ln --symbolic {from} {to}").quiet().run()?;
    Ok(())
}
