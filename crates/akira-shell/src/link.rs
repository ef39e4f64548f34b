use crate::Error;
use crate::editor::{Editor, Input};
use crate::terminal::Terminal;
use akira_manage::abi::{Clock, sleep_until};
use akira_peers::Limits;
use core::fmt;
use embassy_futures::select::{Either, select};
use embedded_io_async::{Read, Write};

/// Link to a peer, which may have to type a token first.
///
/// [`Shell::run`](crate::Shell::run) creates its link itself. A server that talks to several peers
/// before it serves one creates a link for each, and passes the link of the peer that typed the
/// token to [`Shell::serve`](crate::Shell::serve).
pub struct Link<'s, IO> {
    pub(crate) terminal: Terminal<'s, IO>,
    pub(crate) editor: Editor,
    clock: &'s dyn Clock,
}

impl<'s, IO: Read + Write> Link<'s, IO> {
    /// Creates a link on a byte stream.
    pub fn new(io: &'s mut IO, clock: &'s dyn Clock) -> Self {
        Self {
            terminal: Terminal::new(io, clock),
            editor: Editor::default(),
            clock,
        }
    }

    /// Asks the peer for a token, once. [`Limits::request`] bounds the whole exchange: typing the
    /// token and, if it is wrong, reading the error. `delay` is awaited before the answer to a
    /// wrong token, so that a server can slow down guessing.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if the line is wrong or does not arrive in time; another [`Error`] if the
    /// link ends.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses the part of the line that was read.
    pub async fn expect_token(
        &mut self,
        token: &str,
        delay: impl AsyncFnOnce(),
    ) -> Result<(), Error<IO::Error>> {
        let (clock, end) = (self.clock, self.clock.now() + Limits::DEFAULT.request);
        let asked = select(self.ask(token, delay), sleep_until(clock, end)).await;
        self.terminal.echo = true;
        match asked {
            Either::First(asked) => asked,
            Either::Second(()) => Err(Error::Refused),
        }
    }

    async fn ask(
        &mut self,
        token: &str,
        delay: impl AsyncFnOnce(),
    ) -> Result<(), Error<IO::Error>> {
        self.terminal.line(format_args!("token?")).await?;
        // Without echo the token does not appear on the screen, and the editor keeps it out of the
        // history.
        self.terminal.echo = false;
        match self.editor.read(&mut self.terminal, None).await? {
            Input::Line(line) if is_same(line.as_bytes(), token.as_bytes()) => {
                self.terminal.put(b"ok\r\n").await
            }
            _ => {
                delay().await;
                let why = "that is not the token; the device shows it to its owner";
                self.terminal.line(format_args!("error: {why}")).await?;
                self.terminal.flush().await?;
                Err(Error::Refused)
            }
        }
    }
}

impl<IO> fmt::Debug for Link<'_, IO> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").finish_non_exhaustive()
    }
}

/// Compares in a time that does not depend on how many bytes match.
fn is_same(typed: &[u8], token: &[u8]) -> bool {
    let differences = typed.iter().zip(token).map(|(a, b)| a ^ b);
    let different = differences.fold(0, |all, one| all | one);
    typed.len() == token.len() && core::hint::black_box(different) == 0
}
