use std::fmt;
use std::io::{self, Write};

/// The exit code when nobody reads the output any more, as shells have it after SIGPIPE.
const UNREAD: i32 = 141;

/// Writes a line to standard output, and ends the program if nobody reads it, as in `akira-sim run ... | head`.
pub(super) fn print(line: fmt::Arguments<'_>) {
    if writeln!(io::stdout(), "{line}").is_err() {
        std::process::exit(UNREAD);
    }
}

/// Writes a line to standard error, if anybody reads it.
pub(super) fn note(line: fmt::Arguments<'_>) {
    // There is no other place to report this.
    let _ = writeln!(io::stderr(), "{line}");
}
