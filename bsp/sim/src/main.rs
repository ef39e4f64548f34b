//! Command-line program that runs the simulated AkiraConsole.

use std::process::ExitCode;

fn main() -> ExitCode {
    akira_sim::command::main()
}
