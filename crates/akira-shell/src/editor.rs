//! Line editor: builds lines from keys.

mod history;
mod keys;

use crate::terminal::Terminal;
use crate::{Error, MAX_COMMAND};
use core::time::Duration;
use embassy_futures::yield_now;
use embedded_io_async::{Read, Write};
use heapless::String;
use history::History;
use keys::{Key, Keys};

/// Line that was typed.
pub(crate) type Line = String<MAX_COMMAND>;

/// Result of waiting for a line.
pub(crate) enum Input {
    /// Complete line.
    Line(Line),
    /// Line that was too long and was discarded.
    TooLong,
    /// Ctrl-C.
    Interrupt,
    /// No byte arrived within the limit.
    Silence,
}

/// Edits the line that is being typed.
#[derive(Default)]
pub(crate) struct Editor {
    keys: Keys,
    line: Line,
    /// Number of characters typed after the line was full.
    excess: usize,
    history: History,
}

impl Editor {
    /// Returns the next line or the event that ended the wait. `limit` is the longest pause between
    /// two bytes.
    pub(crate) async fn read<IO: Read + Write>(
        &mut self,
        terminal: &mut Terminal<'_, IO>,
        limit: Option<Duration>,
    ) -> Result<Input, Error<IO::Error>> {
        self.clear();
        let input = loop {
            let Some(byte) = terminal.byte(limit).await? else {
                break Input::Silence;
            };
            let Some(key) = self.keys.decode(byte) else {
                continue;
            };
            if let Some(input) = self.press(key, terminal).await? {
                break input;
            }
        };
        // Yield after each line: a link that always has input must not starve the apps.
        yield_now().await;
        Ok(input)
    }

    fn clear(&mut self) {
        self.line.clear();
        self.excess = 0;
        self.history.leave();
    }

    async fn press<IO: Read + Write>(
        &mut self,
        key: Key,
        terminal: &mut Terminal<'_, IO>,
    ) -> Result<Option<Input>, Error<IO::Error>> {
        match key {
            Key::Char(c) => self.insert(c, terminal).await?,
            Key::Backspace => self.remove(terminal).await?,
            Key::Discard => self.replace(Line::new(), terminal).await?,
            Key::Up if terminal.echo => self.recall(History::older, terminal).await?,
            Key::Down if terminal.echo => self.recall(History::newer, terminal).await?,
            Key::Up | Key::Down => {}
            Key::Enter => {
                terminal.show(b"\r\n").await?;
                return Ok(Some(self.finish(terminal.echo)));
            }
            Key::Interrupt => {
                terminal.show(b"^C\r\n").await?;
                return Ok(Some(Input::Interrupt));
            }
        }
        Ok(None)
    }

    async fn insert<IO: Read + Write>(
        &mut self,
        c: char,
        terminal: &mut Terminal<'_, IO>,
    ) -> Result<(), Error<IO::Error>> {
        if self.line.push(c).is_ok() {
            return terminal.show(c.encode_utf8(&mut [0; 4]).as_bytes()).await;
        }
        self.excess = self.excess.saturating_add(1);
        terminal.show(b"\x07").await
    }

    async fn remove<IO: Read + Write>(
        &mut self,
        terminal: &mut Terminal<'_, IO>,
    ) -> Result<(), Error<IO::Error>> {
        if self.excess > 0 {
            self.excess -= 1;
        } else if self.line.pop().is_some() {
            terminal.show(b"\x08 \x08").await?;
        }
        Ok(())
    }

    async fn recall<IO: Read + Write>(
        &mut self,
        step: fn(&mut History) -> Option<Line>,
        terminal: &mut Terminal<'_, IO>,
    ) -> Result<(), Error<IO::Error>> {
        match step(&mut self.history) {
            Some(line) => self.replace(line, terminal).await,
            None => Ok(()),
        }
    }

    async fn replace<IO: Read + Write>(
        &mut self,
        line: Line,
        terminal: &mut Terminal<'_, IO>,
    ) -> Result<(), Error<IO::Error>> {
        self.excess = 0;
        while self.line.pop().is_some() {
            terminal.show(b"\x08 \x08").await?;
        }
        terminal.show(line.as_bytes()).await?;
        self.line = line;
        Ok(())
    }

    fn finish(&mut self, remember: bool) -> Input {
        if self.excess > 0 {
            return Input::TooLong;
        }
        if remember {
            self.history.add(&self.line);
        }
        Input::Line(self.line.clone())
    }
}
