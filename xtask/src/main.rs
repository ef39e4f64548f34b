//! The one door to everything that CI runs: `cargo xtask --help`.

mod apps;
mod bench;
mod boards;
mod ci;
mod codegen;
mod conform;
mod costs;
mod fuzz;
mod parallel;
mod size;
mod tidy;
mod toolchain;
mod toolchains;
mod workspace;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use ci::Step;

/// The one door to everything that CI runs.
///
/// What a step needs beyond Rust it installs itself as root on Debian; anywhere else it says what is missing.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run everything that CI runs: fmt, codegen, tidy, clippy, doc, host-tests, targets, boards, size, bench, costs, apps,
    /// browser, packages, toolchains and fuzz-smoke, each with --check where there is one.
    #[command(visible_alias = "ci")]
    Test,
    /// Check the format of the sources.
    Fmt,
    /// Write the files generated from the table of native calls.
    Codegen {
        /// Only say whether they are fresh.
        #[arg(long)]
        check: bool,
    },
    /// Check the layers between crates and the other rules of ARCHITECTURE.md.
    Tidy,
    /// Run clippy; warnings are errors.
    Clippy,
    /// Build the documentation; warnings are errors.
    Doc,
    /// Run the tests of the workspace.
    HostTests,
    /// Check that the no_std crates compile for Cortex-M, RISC-V and wasm32.
    Targets,
    /// Run the firmware of the emulated boards under QEMU and check what it does.
    Boards {
        /// Only this one: m4, m4-small, rv32, firmware, which is that of examples/firmware, or vendor, which is examples/vendor-module.
        board: Option<String>,
    },
    /// Run the conformance apps and those that attack on the simulated console and on the emulated boards.
    Conform {
        /// Only on this one, and the console; host is the console alone.
        board: Option<String>,
        /// Make what the console writes what all are to write.
        #[arg(long, conflicts_with = "board")]
        bless: bool,
        /// Only write the conformance apps to this folder, to run them on another device.
        #[arg(long, value_name = "FOLDER", conflicts_with_all = ["board", "bless"])]
        apps: Option<PathBuf>,
    },
    /// Run the firmware of one emulated board on this terminal.
    Qemu {
        /// Which: m4, m4-small or rv32.
        board: String,
        /// Show its screen in a window; without this, where the desktop of this terminal is known.
        #[arg(long, conflicts_with = "headless")]
        window: bool,
        /// Show no window.
        #[arg(long)]
        headless: bool,
        /// Only write what the screen shows, once there is something on it, to this PNG.
        #[arg(long, value_name = "FILE")]
        screenshot: Option<PathBuf>,
    },
    /// Measure flash, RAM, heap and stack of the boards' firmware against bsp/budgets.toml.
    Size {
        /// Only this one: m4, m4-small, rv32, firmware or firmware-small.
        board: Option<String>,
        /// Make these the numbers that later ones are compared with.
        #[arg(long)]
        bless: bool,
    },
    /// Cut the power of an emulated board again and again while it installs, updates, removes and writes.
    Kills {
        /// Which: rv32.
        board: String,
        /// How often.
        #[arg(long, default_value_t = 200)]
        count: u32,
        /// What decides what is done, and when the power goes.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Measure, note the numbers in bench/results.json and show them in the book.
    Bench(bench::Options),
    /// Make every native call with its worst arguments, and fail if one executes much more than it is charged for.
    Costs {
        /// Only those whose names contain this.
        only: Option<String>,
    },
    /// Build the guest apps into examples/apps/bin.
    Apps {
        /// Build elsewhere and compare.
        #[arg(long)]
        check: bool,
    },
    /// Drive the simulator's page with a headless Chromium.
    Browser,
    /// Hold the packages that are made here against imgtool, and the other way round.
    Packages,
    /// Build a hello world with each of the other compilers, and check that it runs or is refused as the book says.
    Toolchains {
        /// Only this one: a heading of the book's page, such as zig-wasi.
        #[arg(long, value_name = "NAME")]
        only: Option<String>,
    },
    /// Run every fuzz target for a few seconds.
    FuzzSmoke,
    /// Run one fuzz target for longer.
    Fuzz {
        /// Its name, that of a file in fuzz/fuzz_targets.
        target: String,
        /// How long.
        #[arg(long, default_value_t = 600)]
        seconds: u32,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Test => ci::all(),
        Command::Codegen { check } => codegen::run(check),
        Command::Apps { check } => apps::run(check),
        Command::Fmt => ci::run(Step::Fmt),
        Command::Tidy => ci::run(Step::Tidy),
        Command::Clippy => ci::run(Step::Clippy),
        Command::Doc => ci::run(Step::Doc),
        Command::HostTests => ci::run(Step::HostTests),
        Command::Targets => ci::run(Step::Targets),
        Command::Boards { board: None } => ci::run(Step::Boards),
        Command::Boards { board: Some(board) } => boards::check_one(&board),
        Command::Conform { apps: Some(to), .. } => conform::write(&to),
        Command::Conform { bless: true, .. } => boards::bless_conformance(),
        Command::Conform { board, .. } => boards::conform(board.as_deref()),
        Command::Qemu {
            board,
            screenshot: Some(to),
            ..
        } => boards::screenshot(&board, &to),
        Command::Qemu {
            board,
            window,
            headless,
            ..
        } => boards::run(&board, window, headless),
        Command::Size { board, bless } => size::run(board.as_deref(), bless),
        Command::Bench(options) => bench::run(&options),
        Command::Costs { only: Some(only) } => costs::run(Some(&only)),
        Command::Costs { only: None } => ci::run(Step::Costs),
        Command::Kills { board, count, seed } => boards::kill(&board, count, seed),
        Command::Browser => ci::run(Step::Browser),
        Command::Packages => ci::run(Step::Packages),
        Command::Toolchains { only: None } => ci::run(Step::Toolchains),
        Command::Toolchains { only } => toolchains::run(only.as_deref()),
        Command::FuzzSmoke => ci::run(Step::FuzzSmoke),
        Command::Fuzz { target, seconds } => fuzz::run(&target, seconds),
    }
}

/// Returns the root of the workspace.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_owned()
}
