//! Output to standard output and standard error. All output goes through this module, which
//! replaces control characters and invisible characters: a line may quote text of an app.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use akira::abi::caps::Harmless;

/// Exit code after the reader of the output has closed the pipe: 128 + SIGPIPE, as in shells.
const UNREAD: i32 = 141;

/// Writes a line to standard output. Ends the program if the reader has closed the pipe, as in
/// `akira-sim run ... | head`.
pub(super) fn print(line: fmt::Arguments<'_>) {
    if writeln!(io::stdout(), "{}", Harmless(line)).is_err() {
        std::process::exit(UNREAD);
    }
}

/// Writes a line to standard error.
pub(super) fn note(line: fmt::Arguments<'_>) {
    // An error is ignored: standard error is the place to report it.
    let _ = writeln!(io::stderr(), "{}", Harmless(line));
}

/// Prints the requested help or the error of the command line, and returns the exit code.
pub(super) fn explain(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    let write = if error.use_stderr() { note } else { print };
    text.lines().for_each(|line| write(format_args!("{line}")));
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}
