//! Generated files: the guest bindings and the hostile apps that go through the whole table of native calls, and the code that
//! a README shows.

mod bad_pointers;
mod c_header;
mod deny_all;
mod import_everything;
mod reference;
mod rust_calls;
mod rust_raw;
mod snippets;
mod text;
mod wat_app;

use anyhow::{Result, bail};
use xshell::{Shell, cmd};

use crate::root;

/// A file that this module writes.
struct Generated {
    path: String,
    text: String,
}

/// Writes every generated file, or with `check` says which are stale.
pub(crate) fn run(check: bool) -> Result<()> {
    let mut stale = Vec::new();
    for file in all()? {
        if !file.is_fresh() {
            stale.push(file);
        }
    }
    if check {
        return report(&stale);
    }
    stale.iter().try_for_each(Generated::write)
}

fn all() -> Result<Vec<Generated>> {
    Ok(vec![
        Generated::new("crates/akira-sdk/include/akira_api.h", c_header::generate()),
        Generated::rust("crates/akira-sdk/src/raw/imports.rs", rust_raw::imports())?,
        Generated::rust("crates/akira-sdk/src/raw/host.rs", rust_raw::host())?,
        Generated::rust("crates/akira-sdk/src/calls.rs", rust_calls::generate())?,
        Generated::new("book/src/native-calls.md", reference::generate()),
        hostile("deny_all", deny_all::generate()),
        hostile("import_everything", import_everything::generate()),
        hostile("bad_pointers", bad_pointers::generate()),
        Generated::new(FIRMWARE, snippets::generate(FIRMWARE)?),
    ])
}

/// A README that shows the code of its crate.
const FIRMWARE: &str = "examples/firmware/README.md";

fn hostile(name: &str, text: String) -> Generated {
    Generated::new(&format!("examples/apps/hostile/{name}/main.wat"), text)
}

fn report(stale: &[Generated]) -> Result<()> {
    if stale.is_empty() {
        println!("generated files are fresh");
        return Ok(());
    }
    let paths: Vec<&str> = stale.iter().map(|file| file.path.as_str()).collect();
    bail!(
        "stale generated files, run `cargo xtask codegen` and commit: {}",
        paths.join(", ")
    )
}

impl Generated {
    fn new(path: &str, text: String) -> Self {
        let path = path.to_owned();
        Self { path, text }
    }

    /// Formats `text`, so that `cargo fmt` has nothing to say.
    fn rust(path: &str, text: String) -> Result<Self> {
        let shell = Shell::new()?;
        let text = cmd!(shell, "rustfmt --edition 2024 --emit stdout").stdin(text);
        Ok(Self::new(path, text.quiet().read()? + "\n"))
    }

    fn write(&self) -> Result<()> {
        let path = root().join(&self.path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, &self.text)?;
        println!("wrote {}", self.path);
        Ok(())
    }

    fn is_fresh(&self) -> bool {
        std::fs::read_to_string(root().join(&self.path)).is_ok_and(|text| text == self.text)
    }
}
