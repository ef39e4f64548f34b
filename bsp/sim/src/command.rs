//! What the program does: serve the console's page, run or inspect one app, pack one with its manifest, or follow a script
//! without a page.

mod conduct;
mod console;
mod layout;
mod pack;
mod run;
mod script;
mod terminal;
mod trust;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;

use akira::abi::caps::{CapabilitySet, Harmless, resolve, resolve_refusal};
use anyhow::anyhow;
use clap::{Args, Parser, Subcommand, ValueEnum};

use self::pack::PackArgs;
use self::trust::TrustArgs;
use crate::device::{BootError, Device, Options};
use crate::flash::OpenError;
use crate::protocol::ClockKind;

/// A simulated AkiraConsole: boots in a second, runs AkiraOS apps, needs no hardware.
#[derive(Debug, Parser)]
#[command(version)]
#[command(
    after_help = "Without a command the console boots and serves its page at http://127.0.0.1:8080.\n\
        With cargo, what is for the console stands after --, for example: cargo run -- --port 8081."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    console: ConsoleArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run one app with its log on the terminal, until it ends or Ctrl-C.
    Run(RunArgs),
    /// Boot the console without a page, on virtual time, and follow a script.
    Headless(HeadlessArgs),
    /// Show what an app asks for, what it would get and why, and install nothing.
    Inspect(InspectArgs),
    /// Put a manifest into an app that has none.
    Pack(PackArgs),
}

/// How the console is booted.
#[derive(Debug, Args)]
struct ConsoleArgs {
    /// Port of the page on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// File that is the console's flash, with installed apps, their files and settings. It is made if it is not there.
    #[arg(
        long,
        value_name = "FILE",
        default_value = "akira.flash",
        conflicts_with = "ephemeral"
    )]
    flash: PathBuf,
    /// Keep nothing: forget apps, files and settings at the end.
    #[arg(long)]
    ephemeral: bool,
    #[command(flatten)]
    trust: TrustArgs,
    /// Whether time passes like the host's or as fast as the console can run.
    #[arg(long, value_enum, default_value_t = Time::Real)]
    time: Time,
    /// Refuse apps that ask for or import anything that is not known here.
    #[arg(long)]
    strict: bool,
    /// How long a peer of the page may stall in the middle of a transfer; its other time-outs follow from this one.
    #[arg(long, value_name = "MS", default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(10..=600_000))]
    patience: u32,
}

/// Why an option of [`AppArgs`] is not taken.
const NO_CAPABILITY: &str =
    "no such capability; they are named as in a manifest, for example display.write or gpio.*";

/// Which app is meant, and what the operator says to it.
#[derive(Debug, Args)]
struct AppArgs {
    /// The app: a .wasm file.
    app: PathBuf,
    /// A manifest beside the app, for one that has none inside.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// A signature beside the app, as wasmsign2 writes it with -S.
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    /// Give the app these capabilities, asked or not; several are divided by commas.
    #[arg(long, value_name = "CAPABILITY", value_delimiter = ',', value_parser = capability)]
    grant: Vec<CapabilitySet>,
    /// Refuse the app these capabilities; several are divided by commas.
    #[arg(long, value_name = "CAPABILITY", value_delimiter = ',', value_parser = refusal)]
    deny: Vec<CapabilitySet>,
    #[command(flatten)]
    trust: TrustArgs,
    /// Refuse the app if it asks for or imports anything that is not known here.
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, Args)]
struct InspectArgs {
    #[command(flatten)]
    app: AppArgs,
    /// Compare the app with what is installed on the flash in this file, which stays as it is.
    #[arg(long, value_name = "FILE")]
    flash: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = run::HELP)]
struct RunArgs {
    #[command(flatten)]
    app: AppArgs,
    /// Whether time passes like the host's or as fast as the app can run.
    #[arg(long, value_enum, default_value_t = Time::Real)]
    time: Time,
    /// Stop the app after so many milliseconds of its time.
    #[arg(long, value_name = "MS")]
    timeout: Option<u64>,
    /// Write the screen to this PNG file at the end.
    #[arg(long, value_name = "FILE")]
    screenshot: Option<PathBuf>,
    /// Show only the log.
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Debug, Args)]
#[command(after_help = script::help())]
struct HeadlessArgs {
    /// The script; `-` reads it from standard input.
    script: PathBuf,
    /// File that is the console's flash; without one it forgets apps, files and settings.
    #[arg(long, value_name = "FILE")]
    flash: Option<PathBuf>,
    #[command(flatten)]
    trust: TrustArgs,
    /// Boot without the apps that come with the console.
    #[arg(long)]
    bare: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Time {
    /// Like the host's.
    Real,
    /// As fast as the host can run it.
    Virtual,
}

impl From<Time> for ClockKind {
    fn from(time: Time) -> Self {
        match time {
            Time::Real => Self::Real,
            Time::Virtual => Self::Virtual,
        }
    }
}

/// Returns what the name of a capability or a wildcard stands for.
fn capability(name: &str) -> Result<CapabilitySet, &'static str> {
    resolve(name, &[]).ok_or(NO_CAPABILITY)
}

/// Returns what is refused with the name of a capability or a wildcard.
fn refusal(name: &str) -> Result<CapabilitySet, &'static str> {
    resolve_refusal(name, &[]).ok_or(NO_CAPABILITY)
}

/// Boots a console; what is wrong with its flash is said together with the file.
fn boot(options: &Options) -> anyhow::Result<Rc<Device>> {
    let device = Device::boot(options).map_err(|error| match (&options.flash, error) {
        (Some(file), BootError::Flash(error)) => flash_error(file, &error),
        (_, error) => error.into(),
    })?;
    Ok(Rc::new(device))
}

fn flash_error(file: &Path, error: &OpenError) -> anyhow::Error {
    let file = file.display();
    if let OpenError::Host(error) = error {
        return anyhow!(
            "{file} cannot be opened as the console's flash: {error}. A console that is started with --flash makes it, in a folder that exists"
        );
    }
    anyhow!(
        "{file} cannot be the console's flash: {error}. Name another file with --flash, or move this one away to begin again"
    )
}

/// Does what the program's command line says.
pub fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => cli.execute(),
        Err(error) => explain(&error),
    }
}

/// Says what is wrong with the command line. The text quotes arguments, so it is made again with harmless ones: else a line
/// break in one would look like one of the text's own.
fn explain(error: &clap::Error) -> ExitCode {
    let arguments = std::env::args_os();
    let harmless = arguments.map(|argument| Harmless(argument.to_string_lossy()).to_string());
    match Cli::try_parse_from(harmless) {
        Err(error) => terminal::explain(&error),
        Ok(_) => {
            terminal::note(format_args!("{error}"));
            ExitCode::FAILURE
        }
    }
}

impl Cli {
    /// Does what the command line says. What goes wrong is reported on standard error.
    pub fn execute(self) -> ExitCode {
        let result = match self.command {
            None => console::serve(self.console),
            Some(Command::Run(args)) => run::run(args),
            Some(Command::Headless(args)) => script::follow(args),
            Some(Command::Inspect(args)) => run::inspect(&args),
            Some(Command::Pack(args)) => pack::pack(&args),
        };
        result.unwrap_or_else(|error| {
            terminal::note(format_args!("error: {error:#}"));
            ExitCode::FAILURE
        })
    }
}
