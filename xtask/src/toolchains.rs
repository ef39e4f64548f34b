//! Builds a hello world with compilers that Akira's own apps do not use, first with their default
//! flags. Compares the result of each module on the simulated console with [`rows::ROWS`], from
//! which the book's page is generated.

mod expected;
mod page;
mod rows;

pub(crate) use page::text as page;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use rows::{Attempt, ROWS, Row, Tool};
use xshell::Shell;

use crate::boards::Host;
use crate::root;
use crate::toolchain::{Compiler, target_folder};

/// Name of every module, and therefore of the app.
const APP: &str = "hello";

/// Checks all rows, or the one with this name.
pub(crate) fn run(only: Option<&str>) -> Result<()> {
    let shell = Shell::new()?;
    shell.change_dir(root());
    let rows = chosen(only)?;
    let console = Host::build(&shell)?;
    let compilers = find(&shell, &rows)?;
    for row in &rows {
        let compiler = &compilers[&row.tool];
        let start = Instant::now();
        check(&shell, row, compiler, &console)
            .with_context(|| format!("toolchain {}", row.name))?;
        let seconds = start.elapsed().as_secs_f32();
        println!("{:<24} as the book says ({seconds:.1} s)", row.name);
    }
    Ok(())
}

fn chosen(only: Option<&str>) -> Result<Vec<&'static Row>> {
    let is_chosen = |row: &&Row| only.is_none_or(|only| row.name == only);
    let rows: Vec<&Row> = ROWS.iter().filter(is_chosen).collect();
    if rows.is_empty() {
        let names: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
        bail!("unknown toolchain; the toolchains are {}", names.join(", "));
    }
    Ok(rows)
}

/// Finds or installs the compilers of these rows.
fn find(shell: &Shell, rows: &[&Row]) -> Result<BTreeMap<Tool, Compiler>> {
    let mut compilers = BTreeMap::new();
    for row in rows {
        if let Entry::Vacant(place) = compilers.entry(row.tool) {
            place.insert(find_one(shell, row.tool)?);
        }
    }
    Ok(compilers)
}

fn find_one(shell: &Shell, tool: Tool) -> Result<Compiler> {
    let start = Instant::now();
    let compiler = tool.find(shell)?;
    let version = compiler.version(shell)?;
    let seconds = start.elapsed().as_secs_f32();
    let (name, tried) = (tool.name(), tool.version());
    println!("{name}: {version}, the book has {tried} ({seconds:.1} s)");
    Ok(compiler)
}

/// Runs each attempt of a row.
fn check(shell: &Shell, row: &Row, compiler: &Compiler, console: &Host) -> Result<()> {
    for attempt in row.attempts {
        let module = build(shell, row, attempt, compiler);
        let outcome = module.and_then(|module| console.run(APP, &module));
        let fits = outcome.and_then(|outcome| attempt.expected.check(&outcome));
        fits.with_context(|| attempt.command.to_owned())?;
    }
    Ok(())
}

/// Runs the command of an attempt in an empty directory, and returns the module that it produces.
fn build(shell: &Shell, row: &Row, attempt: &Attempt, compiler: &Compiler) -> Result<Vec<u8>> {
    let folder = target_folder("toolchains").join(row.name);
    shell.remove_path(&folder)?;
    let _folder = shell.push_dir(shell.create_dir(folder)?);
    let words = attempt.command.split_whitespace().skip(1).map(absolute);
    // The output of a successful compiler is not shown: only the simulated console's result
    // matters.
    let output = compiler
        .command(shell)
        .args(words)
        .quiet()
        .ignore_status()
        .output()?;
    if !output.status.success() {
        bail!(
            "the compiler failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(shell.read_binary_file(format!("{APP}.wasm"))?)
}

/// Makes a path in the repository absolute. Other words are unchanged.
fn absolute(word: &str) -> PathBuf {
    let is_ours = ["crates/", "tests/"]
        .iter()
        .any(|folder| word.starts_with(folder));
    if is_ours {
        root().join(word)
    } else {
        Path::new(word).to_owned()
    }
}
