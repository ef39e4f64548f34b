//! Command line of the program. It serves the console's page, runs or inspects one app, embeds a
//! manifest in an app, or follows a script without a page.

mod conduct;
mod console;
mod layout;
mod pack;
mod run;
mod script;
mod terminal;
mod trust;

use std::io::ErrorKind;
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
        With cargo, options of the console come after --, for example: cargo run -- --port 8081."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    console: ConsoleArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run one app and print its log, until it ends or until Ctrl-C.
    Run(RunArgs),
    /// Boot the console without a page, on virtual time, and follow a script.
    Headless(HeadlessArgs),
    /// Show what an app requests, what it would be granted and why, without installing it.
    Inspect(InspectArgs),
    /// Embed a manifest in an app.
    Pack(PackArgs),
}

/// Options of a console that serves its page.
#[derive(Debug, Args)]
struct ConsoleArgs {
    /// Port of the page on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// File that holds the console's flash: installed apps, their files and settings. It is
    /// created if it does not exist.
    #[arg(
        long,
        value_name = "FILE",
        default_value = "akira.flash",
        conflicts_with = "ephemeral"
    )]
    flash: PathBuf,
    /// Keep the flash in memory: apps, files and settings are lost at the end.
    #[arg(long)]
    ephemeral: bool,
    #[command(flatten)]
    trust: TrustArgs,
    /// Clock of the console.
    #[arg(long, value_enum, default_value_t = Time::Real)]
    time: Time,
    /// Refuse apps that request an unknown capability or import a function that the console does
    /// not have.
    #[arg(long)]
    strict: bool,
    /// Time that a network peer may stall in the middle of a transfer. The server derives its other
    /// time-outs from it.
    #[arg(long, value_name = "MS", default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(10..=600_000))]
    patience: u32,
}

/// Error message for a capability option of [`AppArgs`].
const NO_CAPABILITY: &str =
    "unknown capability; use the names of a manifest, for example display.write or gpio.*";

/// An app, and the operator's decisions about it.
#[derive(Debug, Args)]
struct AppArgs {
    /// The app: a .wasm file.
    app: PathBuf,
    /// Manifest file, for an app without an embedded manifest.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Signature file, as `wasmsign2 -S` writes it, for an app without an embedded signature.
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    /// Grant the app these capabilities, even if it does not request them; separated by commas.
    #[arg(long, value_name = "CAPABILITY", value_delimiter = ',', value_parser = capability)]
    grant: Vec<CapabilitySet>,
    /// Deny the app these capabilities; separated by commas.
    #[arg(long, value_name = "CAPABILITY", value_delimiter = ',', value_parser = refusal)]
    deny: Vec<CapabilitySet>,
    #[command(flatten)]
    trust: TrustArgs,
    /// Refuse the app if it requests an unknown capability or imports a function that the console
    /// does not have.
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, Args)]
struct InspectArgs {
    #[command(flatten)]
    app: AppArgs,
    /// Compare the app with the installed version on the flash in this file. The file is not
    /// changed.
    #[arg(long, value_name = "FILE")]
    flash: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = run::HELP)]
struct RunArgs {
    #[command(flatten)]
    app: AppArgs,
    /// Clock of the console.
    #[arg(long, value_enum, default_value_t = Time::Real)]
    time: Time,
    /// Stop the app after this many milliseconds of the console's time.
    #[arg(long, value_name = "MS")]
    timeout: Option<u64>,
    /// Write the screen to this PNG file when the app has ended.
    #[arg(long, value_name = "FILE")]
    screenshot: Option<PathBuf>,
    /// Print only the log.
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Debug, Args)]
#[command(after_help = script::help())]
struct HeadlessArgs {
    /// The script; `-` reads it from standard input.
    script: PathBuf,
    /// File that holds the console's flash. Without it, apps, files and settings are lost at the
    /// end.
    #[arg(long, value_name = "FILE")]
    flash: Option<PathBuf>,
    #[command(flatten)]
    trust: TrustArgs,
    /// Boot without the bundled apps.
    #[arg(long)]
    bare: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Time {
    /// Follows the host's clock.
    Real,
    /// Advances as fast as the host can run the console.
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

/// Parses the name of a capability or a wildcard into the capabilities to grant.
fn capability(name: &str) -> Result<CapabilitySet, &'static str> {
    resolve(name, &[]).ok_or(NO_CAPABILITY)
}

/// Parses the name of a capability or a wildcard into the capabilities to deny.
fn refusal(name: &str) -> Result<CapabilitySet, &'static str> {
    resolve_refusal(name, &[]).ok_or(NO_CAPABILITY)
}

/// Boots a console. An error of its flash names the file.
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
        let fix = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                "It takes 16 MiB: make room on its disk, or name a file on another one"
            }
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                "Change its permissions, or name another file"
            }
            _ => "A console started with --flash creates the file if its folder exists",
        };
        return anyhow!("{file} cannot be opened as the console's flash: {error}. {fix}");
    }
    anyhow!(
        "{file} cannot be used as the console's flash: {error}. Name another file with --flash, or move this one away to start with an empty flash"
    )
}

/// Parses the command line and executes it.
pub fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => cli.execute(),
        Err(error) => explain(&error),
    }
}

/// Prints an error of the command line. The message quotes arguments, so the command line is
/// parsed again with sanitised arguments. Otherwise a line break in an argument would look like
/// one of the message.
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
    /// Executes the command. Prints errors to standard error.
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
