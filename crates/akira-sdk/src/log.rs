//! Lines in the app's log.

use core::ffi::CStr;
use core::fmt::{self, Write};

use crate::{Text, calls};

/// The longest line; the rest continues on the next.
const LINE: usize = 128;

/// Writes what [`format_args!`] says to the log: a line for each line of it.
///
/// ```
/// akira_sdk::print(format_args!("{} apps", 3));
/// ```
pub fn print(arguments: fmt::Arguments<'_>) {
    let mut lines = Lines::default();
    // Writing to the log always succeeds; a value's own error leaves what it wrote so far.
    let _ = lines.write_fmt(arguments);
    lines.end();
}

/// Writes a line.
pub fn line(text: &CStr) {
    calls::printf_native(text);
}

/// Writes a line that only a log at the debug level shows.
pub fn debug(text: &CStr) {
    calls::log_debug(text);
}

/// Writes a line at the error level.
pub fn error(text: &CStr) {
    calls::log_error(text);
}

/// Cuts text into lines.
#[derive(Default)]
struct Lines {
    line: Text<LINE>,
    used: usize,
}

impl Lines {
    fn end(&mut self) {
        line(self.line.as_c_str());
        self.line.clear();
        self.used = 0;
    }

    fn push(&mut self, c: char) {
        if self.used + c.len_utf8() >= LINE {
            self.end();
        }
        self.used += c.len_utf8();
        let _ = self.line.write_char(c);
    }
}

impl Write for Lines {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '\n' => self.end(),
                // Would end the C string early.
                '\0' => {}
                c => self.push(c),
            }
        }
        Ok(())
    }
}
