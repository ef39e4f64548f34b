//! Output to the app's log.

use core::ffi::CStr;
use core::fmt::{self, Write};

use crate::{Text, calls};

/// Size of the line buffer in bytes; a longer line continues in the next log line.
const LINE: usize = 128;

/// Writes the output of [`format_args!`] to the log, one log line for each line of text.
///
/// ```
/// akira_sdk::print(format_args!("{} apps", 3));
/// ```
pub fn print(arguments: fmt::Arguments<'_>) {
    let mut lines = Lines::default();
    // Writing to the log always succeeds. If a value's own formatting fails, its output up to that
    // point is logged.
    let _ = lines.write_fmt(arguments);
    lines.end();
}

/// Logs a line.
pub fn line(text: &CStr) {
    calls::printf_native(text);
}

/// Logs a line at the debug level.
pub fn debug(text: &CStr) {
    calls::log_debug(text);
}

/// Logs a line at the error level.
pub fn error(text: &CStr) {
    calls::log_error(text);
}

/// Splits text into log lines.
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
                // A NUL would end the C string early, so it is left out.
                '\0' => {}
                c => self.push(c),
            }
        }
        Ok(())
    }
}
