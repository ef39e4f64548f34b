//! The steps of CI. Each step also runs alone.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use xshell::{Cmd, Shell, cmd};

use crate::toolchain::{self, CrossCargo};
use crate::workspace::Workspace;
use crate::{apps, bench, boards, codegen, costs, fuzz, parallel, size, tidy, toolchains};

/// Targets without an operating system, for which all device crates are built.
const TARGETS: &[&str] = &[
    "thumbv7em-none-eabihf",
    "riscv32imac-unknown-none-elf",
    "wasm32-unknown-unknown",
];

/// Targets without atomic operations, which only the small engine supports: RP2040 and ESP32-C3.
const TARGETS_WITHOUT_ATOMICS: &[&str] = &["thumbv6m-none-eabi", "riscv32imc-unknown-none-elf"];

/// Step of CI.
#[derive(Clone, Copy)]
pub(crate) enum Step {
    Fmt,
    Tidy,
    Codegen,
    Clippy,
    Doc,
    HostTests,
    Targets,
    Boards,
    Size,
    Bench,
    Costs,
    Apps,
    Browser,
    Packages,
    Toolchains,
    FuzzSmoke,
}

/// All steps. Cheap ones are first. The steps of a group run in parallel: those that count
/// instructions use one core for most of their time, in the linker.
const ALL: &[&[Step]] = &[
    &[Step::Fmt],
    &[Step::Codegen],
    &[Step::Tidy],
    &[Step::Clippy],
    &[Step::Doc],
    &[Step::HostTests],
    &[Step::Targets],
    &[Step::Boards],
    &[Step::Size],
    &[Step::Bench, Step::Costs],
    &[Step::Apps],
    &[Step::Browser],
    &[Step::Packages],
    &[Step::Toolchains],
    &[Step::FuzzSmoke],
];

/// Runs every step and stops at the first failure.
pub(crate) fn all() -> Result<()> {
    let start = Instant::now();
    let passed = Mutex::new(Vec::new());
    for group in ALL {
        parallel::each(group, |&step| {
            let time = timed(step)?;
            let free = free_disk()?;
            passed
                .lock()
                .expect("no other panics")
                .push((step, time, free));
            Ok(())
        })?;
    }
    println!();
    for (step, time, free) in passed.into_inner()? {
        let time = time.as_secs_f32();
        println!(
            "{time:>7.1} s  {:<16}  {free:>5} MiB free after it",
            step.name()
        );
    }
    println!("{:>7.1} s  all steps passed", start.elapsed().as_secs_f32());
    Ok(())
}

/// Returns the free space of the disk with this workspace, in MiB.
fn free_disk() -> Result<u64> {
    let shell = Shell::new()?;
    let root = crate::root();
    let table = cmd!(shell, "df -Pk {root}").quiet().read()?;
    let row = table.lines().last().context("df printed nothing")?;
    let available = row
        .split_whitespace()
        .nth(3)
        .context("df has no fourth column")?;
    Ok(available.parse::<u64>()? / 1024)
}

fn timed(step: Step) -> Result<Duration> {
    let name = step.name();
    println!("\n=== {name} ({} MiB of disk free)", free_disk()?);
    let start = Instant::now();
    run(step).with_context(|| format!("step `{name}` failed; alone: cargo xtask {name}"))?;
    let time = start.elapsed();
    println!("=== {name}: passed in {:.1} s", time.as_secs_f32());
    Ok(time)
}

/// Runs one step.
pub(crate) fn run(step: Step) -> Result<()> {
    let shell = Shell::new()?;
    shell.change_dir(crate::root());
    match step {
        Step::Fmt => fmt(&shell),
        Step::Tidy => tidy::run(),
        Step::Codegen => codegen::run(true),
        Step::Clippy => clippy(&shell),
        Step::Doc => doc(&shell),
        Step::HostTests => host_tests(&shell),
        Step::Targets => targets(&shell),
        Step::Boards => boards::check(&shell),
        Step::Size => size::run(None, false),
        Step::Bench => bench::check(&[]),
        Step::Costs => costs::run(None),
        Step::Apps => apps::run(true),
        Step::Browser => browser(&shell),
        Step::Packages => packages(&shell),
        Step::Toolchains => toolchains::run(None),
        Step::FuzzSmoke => fuzz::smoke(&shell),
    }
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Tidy => "tidy",
            Self::Codegen => "codegen --check",
            Self::Clippy => "clippy",
            Self::Doc => "doc",
            Self::HostTests => "host-tests",
            Self::Targets => "targets",
            Self::Boards => "boards",
            Self::Size => "size",
            Self::Bench => "bench --check",
            Self::Costs => "costs",
            Self::Apps => "apps --check",
            Self::Browser => "browser",
            Self::Packages => "packages",
            Self::Toolchains => "toolchains",
            Self::FuzzSmoke => "fuzz-smoke",
        }
    }
}

fn fmt(shell: &Shell) -> Result<()> {
    cmd!(shell, "cargo fmt --all --check").run()?;
    for folder in [
        "bench/comparators",
        "bench/guest",
        "bench/mcu",
        "examples/apps/rust",
        "examples/firmware",
        "examples/vendor-module",
        "fuzz/differential",
        "bsp/qemu-mps2",
        "bsp/qemu-virt-rv32",
    ] {
        let _folder = shell.push_dir(folder);
        cmd!(shell, "cargo fmt --all --check").run()?;
    }
    Ok(())
}

fn clippy(shell: &Shell) -> Result<()> {
    let clippy = cmd!(
        shell,
        "cargo clippy --workspace --all-targets --locked -- -D warnings"
    );
    Ok(clippy.run()?)
}

/// Runs the tests with a fixed seed, so that a property test fails on every machine or on none.
/// Plain `cargo test` uses a random seed.
fn host_tests(shell: &Shell) -> Result<()> {
    let tests = cmd!(shell, "cargo test --workspace --locked");
    Ok(tests.env("PROPTEST_RNG_SEED", "1").run()?)
}

fn doc(shell: &Shell) -> Result<()> {
    let doc = cmd!(shell, "cargo doc --workspace --no-deps --locked");
    Ok(doc.env("RUSTDOCFLAGS", "-D warnings").run()?)
}

/// Checks every `no_std` crate with all its features. The builds of the boards and guests also link
/// them.
fn targets(shell: &Shell) -> Result<()> {
    let crates = Workspace::read(shell)?.no_std_crates()?;
    if crates.is_empty() {
        bail!("no crate under crates/ begins with #![no_std]");
    }
    let packages: Vec<&str> = crates
        .iter()
        .flat_map(|name| ["--package", name.as_str()])
        .collect();
    println!(
        "checking {} crates for {}",
        crates.len(),
        TARGETS.join(", ")
    );
    CrossCargo::check(shell, TARGETS)?
        .args(&packages)
        .args(["--lib", "--all-features", "--locked"])
        .run()?;
    let targets = TARGETS_WITHOUT_ATOMICS.join(", ");
    println!("checking the runtime with the small engine for {targets}");
    CrossCargo::check(shell, TARGETS_WITHOUT_ATOMICS)?
        .args(["--package", "akira-runtime", "--lib", "--locked"])
        .args(["--no-default-features", "--features", "spacewasm"])
        .run()?;
    Ok(())
}

fn browser(shell: &Shell) -> Result<()> {
    toolchain::need_browser(shell)?;
    let axe = toolchain::need_axe(shell)?;
    Ok(more_tests(shell, "browser").env("AKIRA_AXE", axe).run()?)
}

fn packages(shell: &Shell) -> Result<()> {
    let imgtool = toolchain::need_imgtool(shell)?;
    let test = more_tests(shell, "imgtool");
    Ok(test.env("AKIRA_IMGTOOL", imgtool).run()?)
}

/// Returns the command for a test of `akira-tests` with the feature of the same name. With the whole
/// workspace selected, the libraries have the same features as in [`host_tests`] and are not built
/// again.
fn more_tests<'a>(shell: &'a Shell, name: &str) -> Cmd<'a> {
    let feature = format!("akira-tests/{name}");
    cmd!(
        shell,
        "cargo test --workspace --features {feature} --test {name} --locked"
    )
}
