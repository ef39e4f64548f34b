use crate::Error;
use crate::clean::clean;
use akira_manage::abi::{Clock, sleep_until};
use core::fmt;
use core::time::Duration;
use embassy_futures::select::{Either, select};
use embassy_futures::yield_now;
use embedded_io_async::{Read, Write};
use heapless::Vec;

/// Maximum length of a line of output, in bytes; longer lines are cut.
pub(crate) const MAX_LINE: usize = 384;

/// Size of the input buffer, in bytes.
const INPUT: usize = 64;

/// Size of the output buffer, in bytes.
const OUTPUT: usize = 128;

/// Buffered link to a peer: yields the input byte by byte and sends lines.
pub(crate) struct Terminal<'s, IO> {
    io: &'s mut IO,
    clock: &'s dyn Clock,
    input: Vec<u8, INPUT>,
    next: usize,
    output: Vec<u8, OUTPUT>,
    /// Whether typed characters are echoed.
    pub(crate) echo: bool,
}

impl<'s, IO: Read + Write> Terminal<'s, IO> {
    pub(crate) fn new(io: &'s mut IO, clock: &'s dyn Clock) -> Self {
        Self {
            io,
            clock,
            input: Vec::new(),
            next: 0,
            output: Vec::new(),
            echo: true,
        }
    }

    /// Returns the next byte, or `None` if none arrives within `limit`.
    pub(crate) async fn byte(
        &mut self,
        limit: Option<Duration>,
    ) -> Result<Option<u8>, Error<IO::Error>> {
        if self.next >= self.input.len() && !self.fill(limit).await? {
            return Ok(None);
        }
        let byte = self.input.get(self.next).copied();
        self.next += 1;
        Ok(byte)
    }

    /// Flushes the output, then reads more input. Returns whether any arrived within `limit`.
    async fn fill(&mut self, limit: Option<Duration>) -> Result<bool, Error<IO::Error>> {
        self.flush().await?;
        let mut bytes = [0; INPUT];
        let read = self.io.read(&mut bytes);
        let read = match limit {
            None => read.await,
            Some(limit) => {
                let end = self.clock.now() + limit;
                match select(read, sleep_until(self.clock, end)).await {
                    Either::First(read) => read,
                    Either::Second(()) => return Ok(false),
                }
            }
        };
        let bytes = match read.map_err(Error::Link)? {
            0 => return Err(Error::Closed),
            count => bytes.get(..count).unwrap_or(&bytes),
        };
        self.input.clear();
        self.input.extend(bytes.iter().copied());
        self.next = 0;
        Ok(true)
    }

    /// Sends the buffered output and flushes the link.
    pub(crate) async fn flush(&mut self) -> Result<(), Error<IO::Error>> {
        if self.output.is_empty() {
            return Ok(());
        }
        self.drain().await?;
        self.io.flush().await.map_err(Error::Link)
    }

    /// Sends the buffered output. `write_all` is not used because it panics if the link accepts 0
    /// bytes.
    async fn drain(&mut self) -> Result<(), Error<IO::Error>> {
        let mut written = 0;
        while let Some(rest) = self.output.get(written..).filter(|rest| !rest.is_empty()) {
            match self.io.write(rest).await.map_err(Error::Link)? {
                0 => return Err(Error::Closed),
                count => written += count,
            }
        }
        self.output.clear();
        Ok(())
    }

    /// Sends bytes unchanged.
    pub(crate) async fn put(&mut self, bytes: &[u8]) -> Result<(), Error<IO::Error>> {
        for part in bytes.chunks(OUTPUT) {
            if self.output.extend_from_slice(part).is_err() {
                self.drain().await?;
                self.output.extend(part.iter().copied());
            }
        }
        Ok(())
    }

    /// Echoes typed bytes, if the echo is on.
    pub(crate) async fn show(&mut self, bytes: &[u8]) -> Result<(), Error<IO::Error>> {
        if self.echo {
            self.put(bytes).await?;
        }
        Ok(())
    }

    /// Sends a line, then lets other tasks run. Characters that could control the operator's
    /// terminal are replaced.
    pub(crate) async fn line(&mut self, text: fmt::Arguments<'_>) -> Result<(), Error<IO::Error>> {
        let line = clean::<MAX_LINE>(text);
        self.put(line.as_bytes()).await?;
        self.put(b"\r\n").await?;
        // A link that accepts all bytes at once never waits, and an answer may have many lines.
        yield_now().await;
        Ok(())
    }
}
