//! Builds and runs the fuzz targets on stable Rust.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use xshell::{Cmd, Shell, cmd};

use crate::parallel;

/// Compiler flags for libFuzzer: coverage instrumentation, and checks that stay enabled in release
/// builds.
const FLAGS: &[&str] = &[
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
    "-Cdebug-assertions",
    "-Coverflow-checks",
];

/// Duration of each target in CI, as a number of inputs and of seconds. The fixed seed makes each
/// run start with the same inputs.
const SMOKE: &[&str] = &["-seed=1", "-runs=100000", "-max_total_time=20"];

/// Target that does not use libFuzzer and has its own workspace, with the number of modules that CI
/// compares.
const DIFFERENTIAL: &str = "differential";
const DIFFERENTIAL_SMOKE: &[&str] = &["--modules", "1500", "--seconds", "30"];

/// Limits for each input.
const LIMITS: &[&str] = &["-timeout=10", "-rss_limit_mb=1024"];

/// Output of a target, and the directory for failing inputs.
const OUTPUT: &[&str] = &[
    "-verbosity=0",
    "-print_final_stats=1",
    "-artifact_prefix=artifacts/",
];

/// Targets whose input is an app, and the directory of the apps.
const TAKE_APPS: &[&str] = &["install_and_run", "module"];
const APPS: &str = "../examples/apps/bin";

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// Built targets.
struct Built {
    names: Vec<String>,
    folder: PathBuf,
}

/// Builds the targets in `fuzz` once and runs each for a short time, in parallel on all cores.
pub(crate) fn smoke(shell: &Shell) -> Result<()> {
    let _fuzz = shell.push_dir("fuzz");
    let built = build(shell)?;
    let folder = shell.current_dir();
    // The build of Wasmtime takes longest and uses only some of the cores, so it starts first.
    let names = built.names.iter().map(String::as_str);
    let names: Vec<&str> = [DIFFERENTIAL].into_iter().chain(names).collect();
    parallel::each(&names, |name| {
        let shell = Shell::new()?;
        shell.change_dir(&folder);
        match *name {
            DIFFERENTIAL => differential(&shell, DIFFERENTIAL_SMOKE),
            name => built.smoke(&shell, name),
        }
    })
}

/// Compares the runtime's engines with Wasmtime on generated modules. `limits` set their number.
fn differential(shell: &Shell, limits: &[&str]) -> Result<()> {
    let _differential = shell.push_dir(DIFFERENTIAL);
    cmd!(shell, "cargo run --release --locked --")
        .args(limits)
        .run()
        .context("fuzz target differential found a difference; the module is in fuzz/artifacts")?;
    Ok(())
}

/// Runs one target for `seconds`. Inputs that reach new code are stored in `fuzz/corpus`.
pub(crate) fn run(target: &str, seconds: u32) -> Result<()> {
    let shell = Shell::new()?;
    let _fuzz = shell.push_dir(crate::root().join("fuzz"));
    if target == DIFFERENTIAL {
        return differential(&shell, &["--seconds", &seconds.to_string()]);
    }
    let built = build(&shell)?;
    if !built.names.iter().any(|name| name == target) {
        let names = built.names.join(", ");
        bail!("unknown fuzz target {target}; the targets are {names}, {DIFFERENTIAL}");
    }
    let corpus = shell.create_dir(format!("corpus/{target}"))?;
    let time = format!("-max_total_time={seconds}");
    let fuzz = built.command(&shell, target, &[&time], &corpus)?;
    fuzz.run().with_context(|| fault(target))?;
    println!("fuzz target {target}: no fault");
    Ok(())
}

fn fault(target: &str) -> String {
    format!("fuzz target {target} found a fault; the input is in fuzz/artifacts")
}

fn build(shell: &Shell) -> Result<Built> {
    let metadata = cmd!(shell, "cargo metadata --no-deps --format-version 1")
        .quiet()
        .read()?;
    let metadata: Metadata = serde_json::from_str(&metadata)?;
    let host = host(shell)?;
    // With an explicit target, the flags apply to the fuzz targets and their dependencies, but not
    // to build scripts.
    let build = cmd!(shell, "cargo build --release --locked --target {host}");
    build
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\x1f"))
        .run()?;
    let folder = metadata.target_directory.join(host).join("release");
    let names = names(metadata.packages);
    if names.is_empty() {
        bail!("no fuzz targets in fuzz/Cargo.toml");
    }
    Ok(Built { names, folder })
}

fn names(packages: Vec<Package>) -> Vec<String> {
    let targets = packages.into_iter().flat_map(|package| package.targets);
    let binaries = targets.filter(|target| target.kind.iter().any(|kind| kind == "bin"));
    binaries.map(|target| target.name).collect()
}

impl Built {
    /// Runs one target for a short time. Its output is printed after its end.
    fn smoke(&self, shell: &Shell, name: &str) -> Result<()> {
        let found = shell.create_temp_dir()?;
        let fuzz = self.command(shell, name, SMOKE, found.path())?;
        let output = fuzz.quiet().ignore_status().output()?;
        std::io::stderr().write_all(&output.stderr)?;
        ensure!(output.status.success(), fault(name));
        println!("fuzz target {name}: no fault");
        Ok(())
    }

    /// Returns the command that runs one target with the inputs in `corpus` and in
    /// `seeds/<target>`, if that exists. libFuzzer writes new inputs to the first directory and
    /// only reads the others.
    fn command<'a>(
        &self,
        shell: &'a Shell,
        name: &str,
        limits: &[&str],
        corpus: &Path,
    ) -> Result<Cmd<'a>> {
        shell.create_dir("artifacts")?;
        let binary = self.folder.join(name);
        let seeds = format!("seeds/{name}");
        let mut fuzz = cmd!(shell, "{binary}")
            .args(limits)
            .args(LIMITS)
            .args(OUTPUT)
            .arg(corpus);
        if shell.path_exists(&seeds) {
            fuzz = fuzz.arg(seeds);
        }
        if TAKE_APPS.contains(&name) {
            fuzz = fuzz.arg(APPS);
        }
        Ok(fuzz)
    }
}

fn host(shell: &Shell) -> Result<String> {
    let version = cmd!(shell, "rustc -vV").quiet().read()?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    match host {
        Some(host) => Ok(host.to_owned()),
        None => bail!("rustc -vV does not name the host"),
    }
}
