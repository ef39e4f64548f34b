//! What the program does: serve the console's page, run one app, or follow a script without a page.

mod console;
mod run;
mod script;
mod terminal;

use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;

use anyhow::anyhow;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::device::{BootError, Device, Options};
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
    Inspect(AppArgs),
}

/// How the console is booted.
#[derive(Debug, Args)]
struct ConsoleArgs {
    /// Port of the page on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Folder that keeps installed apps, files and settings.
    #[arg(
        long,
        value_name = "DIR",
        default_value = "state",
        conflicts_with = "ephemeral"
    )]
    state: PathBuf,
    /// Keep nothing: forget apps, files and settings at the end.
    #[arg(long)]
    ephemeral: bool,
    /// Whether time passes like the host's or as fast as the console can run.
    #[arg(long, value_enum, default_value_t = Time::Real)]
    time: Time,
    /// Refuse apps that ask for or import anything that is not known here.
    #[arg(long)]
    strict: bool,
}

/// Which app is meant, and what the operator says to it.
#[derive(Debug, Args)]
struct AppArgs {
    /// The app: a .wasm file.
    app: PathBuf,
    /// A manifest beside the app, for one that has none inside.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Give the app these capabilities, asked or not; several are divided by commas.
    #[arg(long, value_name = "CAPABILITY", value_delimiter = ',', value_parser = capability)]
    grant: Vec<String>,
    /// Refuse the app these capabilities; several are divided by commas.
    #[arg(long, value_name = "CAPABILITY", value_delimiter = ',', value_parser = capability)]
    deny: Vec<String>,
    /// Refuse the app if it asks for or imports anything that is not known here.
    #[arg(long)]
    strict: bool,
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
    /// Folder that keeps installed apps, files and settings; without one the console forgets them.
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
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

/// Takes the name of a capability or a wildcard that is known.
fn capability(name: &str) -> Result<String, String> {
    match akira::abi::caps::resolve(name, &[]) {
        Some(_) => Ok(name.to_owned()),
        None => Err("no such capability; they are named as in a manifest, for example display.write or gpio.*".into()),
    }
}

/// Boots a console; what is wrong with its folder is said together with the option that names another.
fn boot(options: &Options) -> anyhow::Result<Rc<Device>> {
    let device = Device::boot(options).map_err(|error| match (&options.state, error) {
        (Some(folder), BootError::State(error)) => {
            let folder = folder.display();
            anyhow!(
                "the folder {folder} cannot keep the state; choose another with --state: {error}"
            )
        }
        (_, error) => error.into(),
    })?;
    Ok(Rc::new(device))
}

impl Cli {
    /// Does what the command line says. What goes wrong is reported on standard error.
    pub fn execute(self) -> ExitCode {
        let result = match self.command {
            None => console::serve(self.console),
            Some(Command::Run(args)) => run::run(args),
            Some(Command::Headless(args)) => script::follow(args),
            Some(Command::Inspect(args)) => run::inspect(&args),
        };
        result.unwrap_or_else(|error| {
            terminal::note(format_args!("error: {error:#}"));
            ExitCode::FAILURE
        })
    }
}
