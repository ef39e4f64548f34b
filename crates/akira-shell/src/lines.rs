use crate::Error;
use crate::clean::clean;
use crate::terminal::{MAX_LINE, Terminal};
use alloc::string::String;
use core::fmt;
use embedded_io_async::{Read, Write};

/// Size of the buffer in bytes. It holds at least one line, so each pass of [`show`] makes
/// progress.
const ROOM: usize = 1024;
const _: () = assert!(ROOM > MAX_LINE);

/// Buffer for a page of lines. The writer writes all its lines on every pass; the buffer stores
/// those that fit, beginning with line `first`.
#[derive(Debug)]
pub(crate) struct Lines {
    text: String,
    /// Number of the first line to store.
    first: usize,
    /// Number of lines that were skipped or stored.
    written: usize,
    /// Whether a line did not fit.
    left_out: bool,
}

impl Lines {
    /// Creates an empty buffer that skips the lines before line `first`.
    fn from(first: usize) -> Self {
        Self {
            text: String::with_capacity(ROOM),
            first,
            written: 0,
            left_out: false,
        }
    }

    /// Adds a line. Characters that could control the operator's terminal are replaced.
    pub(crate) fn add(&mut self, line: fmt::Arguments<'_>) {
        if self.written >= self.first && !self.left_out {
            let line = clean::<MAX_LINE>(line);
            self.left_out = self.text.len() + line.len() + 1 > ROOM;
            if !self.left_out {
                self.text.push_str(&line);
                self.text.push('\n');
            }
        }
        self.written += usize::from(!self.left_out);
    }

    /// Returns the stored lines.
    fn iter(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }

    /// Returns the number of the first line that did not fit, if any.
    fn next(&self) -> Option<usize> {
        self.left_out.then_some(self.written)
    }
}

/// Shows any number of lines. Calls `write` again, with an empty buffer, for the lines that did not
/// fit.
pub(crate) async fn show<IO: Read + Write, R>(
    terminal: &mut Terminal<'_, IO>,
    mut write: impl FnMut(&mut Lines) -> R,
) -> Result<R, Error<IO::Error>> {
    let mut first = 0;
    loop {
        let mut lines = Lines::from(first);
        let written = write(&mut lines);
        for line in lines.iter() {
            terminal.line(format_args!("{line}")).await?;
        }
        match lines.next() {
            Some(next) => first = next,
            None => return Ok(written),
        }
    }
}
