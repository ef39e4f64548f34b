//! The simulated AkiraConsole as a program.

use std::process::ExitCode;

fn main() -> ExitCode {
    akira_sim::command::main()
}
