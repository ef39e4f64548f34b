//! The only way to standard output and standard error: each line is made harmless, whoever wrote what is in it.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use akira::abi::caps::Harmless;

/// The exit code when nobody reads the output any more, as shells have it after SIGPIPE.
const UNREAD: i32 = 141;

/// Writes a line to standard output, and ends the program if nobody reads it, as in `akira-sim run ... | head`.
pub(super) fn print(line: fmt::Arguments<'_>) {
    if writeln!(io::stdout(), "{}", Harmless(line)).is_err() {
        std::process::exit(UNREAD);
    }
}

/// Writes a line to standard error, if anybody reads it.
pub(super) fn note(line: fmt::Arguments<'_>) {
    // There is no other place to report this.
    let _ = writeln!(io::stderr(), "{}", Harmless(line));
}

/// Writes the help that was asked for, or what is wrong with the command line, and returns the exit code.
pub(super) fn explain(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    let write = if error.use_stderr() { note } else { print };
    text.lines().for_each(|line| write(format_args!("{line}")));
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}
