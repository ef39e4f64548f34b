use crate::Error;
use crate::editor::{Editor, Input};
use crate::terminal::Terminal;
use akira_manage::abi::{Clock, sleep_until};
use akira_peers::Limits;
use core::fmt;
use embassy_futures::select::{Either, select};
use embedded_io_async::{Read, Write};

/// A link to whoever types, who may first have to know a token.
///
/// [`Shell::run`](crate::Shell::run) makes one by itself. A server that talks with several peers before it serves one of
/// them makes a link for each, and hands the one that knew the token to [`Shell::serve`](crate::Shell::serve).
pub struct Link<'s, IO> {
    pub(crate) terminal: Terminal<'s, IO>,
    pub(crate) editor: Editor,
    clock: &'s dyn Clock,
}

impl<'s, IO: Read + Write> Link<'s, IO> {
    /// Makes a link of a byte stream.
    pub fn new(io: &'s mut IO, clock: &'s dyn Clock) -> Self {
        Self {
            terminal: Terminal::new(io, clock),
            editor: Editor::default(),
            clock,
        }
    }

    /// Asks for a token, once. The peer has [`Limits::request`] in all, for typing it and for reading that it was wrong.
    /// That it is told after `delay`, in which a server lets it wait that was guessed at.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if another line arrives, or none in time; other [`Error`]s if the link ends.
    ///
    /// # Cancel safety
    ///
    /// A drop loses what was read of the line.
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
        // Nobody reads it over a shoulder, and it is not remembered.
        self.terminal.echo = false;
        match self.editor.read(&mut self.terminal, None).await? {
            Input::Line(line) if is_same(line.as_bytes(), token.as_bytes()) => {
                self.terminal.put(b"ok\r\n").await
            }
            _ => {
                delay().await;
                let why =
                    "that is not the token; the device's owner finds it where the device shows it";
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

/// Compares in a time that does not tell how much of it was right.
fn is_same(typed: &[u8], token: &[u8]) -> bool {
    let differences = typed.iter().zip(token).map(|(a, b)| a ^ b);
    let different = differences.fold(0, |all, one| all | one);
    typed.len() == token.len() && core::hint::black_box(different) == 0
}
