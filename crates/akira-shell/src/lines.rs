use crate::Error;
use crate::clean::clean;
use crate::terminal::{MAX_LINE, Terminal};
use alloc::string::String;
use core::fmt;
use embedded_io_async::{Read, Write};

/// The bytes of lines that are kept at once: at least one line, so that each has room in its turn.
const ROOM: usize = 1024;
const _: () = assert!(ROOM > MAX_LINE);

/// Lines that are written all at once and shown one after the other: as many as there is room for, from a given one on.
#[derive(Debug)]
pub(crate) struct Lines {
    text: String,
    /// The number of the first line that is kept.
    first: usize,
    /// How many lines were written, kept or not.
    written: usize,
    /// Whether one found no room.
    left_out: bool,
}

impl Lines {
    /// Keeps lines from the one with this number on.
    fn from(first: usize) -> Self {
        Self {
            text: String::with_capacity(ROOM),
            first,
            written: 0,
            left_out: false,
        }
    }

    /// Takes a line, with what could drive the operator's terminal replaced.
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

    /// Returns the lines that are kept.
    fn iter(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }

    /// Returns the number of the first line that was left out.
    fn next(&self) -> Option<usize> {
        self.left_out.then_some(self.written)
    }
}

/// Shows lines, however many: `write` is called again for those that found no room.
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
