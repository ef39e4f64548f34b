//! Rules for every library crate.

use std::path::Path;

use anyhow::{Context, Result};

use super::Fault;
use crate::root;
use crate::workspace::{Package, Workspace};

/// Crates with unsafe code. ARCHITECTURE.md lists their files with unsafe code.
const UNSAFE: &[&str] = &[
    "akira-board",
    "akira-runtime",
    "akira-runtime-testing",
    "akira-sdk",
];

/// Limit on the lines of `lib.rs`, which holds only docs, modules and re-exports.
const LIB_LINES: usize = 60;

/// Checks every library crate.
pub(super) fn check(workspace: &Workspace) -> Result<Vec<Fault>> {
    let architecture = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap_or_default();
    let mut faults = Vec::new();
    for package in workspace
        .packages
        .iter()
        .filter(|package| package.is_published())
    {
        faults.extend(check_readme(package));
        faults.extend(check_lib(package, &architecture)?);
    }
    Ok(faults)
}

fn check_readme(package: &Package) -> Option<Fault> {
    let fix = "write one: what it is, an example, what it does not do, features, MSRV";
    let exists = package.folder().join("README.md").exists();
    (!exists).then(|| Fault::new(package.place(), "no README.md", fix))
}

fn check_lib(package: &Package, architecture: &str) -> Result<Vec<Fault>> {
    let path = package.folder().join("src/lib.rs");
    let lib = read(&path)?;
    let place = format!("{}/src/lib.rs", package.place());
    let mut faults = Vec::new();
    if lib.lines().count() >= LIB_LINES {
        faults.push(Fault::new(
            &place,
            format!("{LIB_LINES} lines or more"),
            "move code to modules",
        ));
    }
    if !lib.contains("#![doc = include_str!(\"../README.md\")]") {
        faults.push(Fault::new(
            &place,
            "does not show the README",
            "#![doc = include_str!(\"../README.md\")]",
        ));
    }
    faults.extend(check_unsafe(package, &place, &lib, architecture));
    Ok(faults)
}

fn check_unsafe(package: &Package, place: &str, lib: &str, architecture: &str) -> Option<Fault> {
    let name = package.name.as_str();
    if !UNSAFE.contains(&name) {
        let forbids = lib.contains("#![forbid(unsafe_code)]");
        return (!forbids).then(|| {
            Fault::new(
                place,
                "unsafe code is not forbidden",
                "#![forbid(unsafe_code)]",
            )
        });
    }
    if !lib.contains("#![deny(unsafe_code)]") {
        return Some(Fault::new(
            place,
            "unsafe code is not fenced in",
            "#![deny(unsafe_code)] and an expect per module",
        ));
    }
    let listed = architecture
        .lines()
        .any(|line| line.contains("unsafe") && line.contains(name));
    let fix =
        format!("a line of ARCHITECTURE.md that says which files of {name} are unsafe, and why");
    (!listed).then(|| Fault::new(place, "unsafe code that ARCHITECTURE.md does not list", fix))
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
