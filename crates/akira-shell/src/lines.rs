use crate::clean::clean;
use crate::terminal::MAX_LINE;
use alloc::string::String;
use core::fmt;

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
    /// How many of them were not kept for want of room.
    left_out: bool,
}

impl Lines {
    /// Keeps lines from the one with this number on.
    pub(crate) fn from(first: usize) -> Self {
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
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }

    /// Returns the number of the first line that was left out.
    pub(crate) fn next(&self) -> Option<usize> {
        self.left_out.then_some(self.written)
    }
}
