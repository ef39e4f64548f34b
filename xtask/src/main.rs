//! Runs the steps of CI: `cargo xtask --help`.

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

/// Run the steps of CI, together or one at a time.
///
/// As root on Debian, a step installs the tools that it needs in addition to Rust. Elsewhere it
/// names the missing tools.
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
    /// Run every step of CI: fmt, codegen, tidy, clippy, doc, host-tests, targets, boards, size,
    /// bench, costs, apps, browser, packages, toolchains and fuzz-smoke. Steps that have --check
    /// run with it.
    #[command(visible_alias = "ci")]
    Test,
    /// Check the format of the sources.
    Fmt,
    /// Write the files generated from the table of native calls.
    Codegen {
        /// Only check that the generated files are fresh.
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
    /// Run the firmware of the emulated boards under QEMU and check its behaviour.
    Boards {
        /// Only check this board: m4, m4-small, rv32, firmware (examples/firmware) or vendor
        /// (examples/vendor-module).
        board: Option<String>,
    },
    /// Run the conformance apps and the attacking apps on the simulated console and on the emulated
    /// boards.
    Conform {
        /// Only run on this board and the simulated console. With host, only on the console.
        board: Option<String>,
        /// Make the output of the simulated console the expected output for all boards.
        #[arg(long, conflicts_with = "board")]
        bless: bool,
        /// Only write the conformance apps to this directory, to run them on another device.
        #[arg(long, value_name = "FOLDER", conflicts_with_all = ["board", "bless"])]
        apps: Option<PathBuf>,
    },
    /// Run the firmware of one emulated board on this terminal.
    Qemu {
        /// Board to run: m4, m4-small or rv32.
        board: String,
        /// Show the board's screen in a window. This is the default on a desktop.
        #[arg(long, conflicts_with = "headless")]
        window: bool,
        /// Show no window.
        #[arg(long)]
        headless: bool,
        /// Only write a picture of the screen to this PNG file, as soon as the screen shows
        /// something.
        #[arg(long, value_name = "FILE")]
        screenshot: Option<PathBuf>,
    },
    /// Measure flash, RAM, heap and stack of the boards' firmware against bsp/budgets.toml.
    Size {
        /// Only measure this firmware: m4, m4-small, rv32, firmware or firmware-small.
        board: Option<String>,
        /// Store the measured numbers, with which later ones are compared.
        #[arg(long)]
        bless: bool,
    },
    /// Repeatedly cut the power of an emulated board while it installs, updates and removes apps
    /// and writes settings.
    Kills {
        /// Board to use: rv32.
        board: String,
        /// Number of power cuts.
        #[arg(long, default_value_t = 200)]
        count: u32,
        /// Seed of the random steps and of the moments of the cuts.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Run the benchmarks, store the numbers in bench/results.json and update the tables in the
    /// book.
    Bench(bench::Options),
    /// Make every native call with its worst arguments, and fail if one executes many more
    /// instructions than its charged fuel covers.
    Costs {
        /// Only measure the calls whose names contain this text.
        only: Option<String>,
    },
    /// Build the guest apps into examples/apps/bin.
    Apps {
        /// Only compare the built apps with the committed ones.
        #[arg(long)]
        check: bool,
    },
    /// Test the simulator's page with a headless Chromium.
    Browser,
    /// Check the packages of akira-pack with imgtool, and imgtool's with akira-package.
    Packages,
    /// Build a hello world with each of the other compilers, and check that it runs or is refused
    /// as documented in the book.
    Toolchains {
        /// Only check this row: a heading of the book's page, such as zig-wasi.
        #[arg(long, value_name = "NAME")]
        only: Option<String>,
    },
    /// Run every fuzz target for a few seconds.
    FuzzSmoke,
    /// Run one fuzz target for longer.
    Fuzz {
        /// Name of the target: that of a file in fuzz/fuzz_targets.
        target: String,
        /// Duration in seconds.
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
