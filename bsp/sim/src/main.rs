//! The simulated AkiraConsole as a program.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    akira_sim::command::Cli::parse().execute()
}
