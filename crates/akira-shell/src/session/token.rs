//! What a link asks for first that others than the owner reach.

use super::Session;
use crate::Error;
use crate::editor::Input;
use akira_runtime::abi::sleep_until;
use akira_runtime::{Board, Installer};
use core::time::Duration;
use embassy_futures::select::{Either, select};
use embedded_io_async::{Read, Write};

/// How long the token may take to come, in all: meanwhile nobody else is served.
const PATIENCE: Duration = Duration::from_secs(20);

impl<I: Installer, IO: Read + Write> Session<'_, I, IO> {
    /// Asks for the token, once.
    pub(super) async fn expect_token(&mut self, token: &str) -> Result<(), Error<IO::Error>> {
        self.terminal.line(format_args!("token?")).await?;
        // Nobody reads it over a shoulder, and it is not remembered.
        let echo = core::mem::replace(&mut self.terminal.echo, false);
        let clock = self.runtime.board().clock();
        let end = clock.now() + PATIENCE;
        let line = self.editor.read(&mut self.terminal, None);
        let typed = match select(line, sleep_until(clock, end)).await {
            Either::First(input) => input?,
            Either::Second(()) => Input::Silence,
        };
        self.terminal.echo = echo;
        match typed {
            Input::Line(line) if is_same(line.as_bytes(), token.as_bytes()) => self.done().await,
            _ => self.turn_away().await,
        }
    }

    async fn turn_away(&mut self) -> Result<(), Error<IO::Error>> {
        self.refuse(format_args!(
            "that is not the token; the device's owner finds it where the device shows it"
        ))
        .await?;
        self.terminal.flush().await?;
        Err(Error::Refused)
    }
}

/// Compares in a time that does not tell how much of it was right.
fn is_same(typed: &[u8], token: &[u8]) -> bool {
    let differences = typed.iter().zip(token).map(|(a, b)| a ^ b);
    let different = differences.fold(0, |all, one| all | one);
    typed.len() == token.len() && core::hint::black_box(different) == 0
}
