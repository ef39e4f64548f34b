//! Transfer of apps over the link, in lines of base64.

use super::Session;
use crate::Error;
use crate::editor::Input;
use crate::lines::show;
use crate::upload::{LineError, decode};
use akira_manage::{Parcel, Sink};
use core::fmt;
use core::time::Duration;
use embedded_io_async::{Read, Write};

/// Longest pause between two bytes before a transfer ends.
const IDLE: Duration = Duration::from_secs(30);

/// Purpose of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Install,
    Inspect,
}

/// Reason why the reception of lines ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Dot,
    Interrupt,
    Silence,
}

/// Error in the arguments of `install` or `inspect`.
#[derive(Debug)]
enum Malformed {
    Size,
    Crc,
}

impl<S: Sink, IO: Read + Write> Session<'_, '_, S, IO> {
    pub(super) async fn transfer(
        &mut self,
        purpose: Purpose,
        name: &str,
        size: &str,
        crc: Option<&str>,
    ) -> Result<(), Error<IO::Error>> {
        let parcel = match parcel(name, size, crc) {
            Ok(parcel) => parcel,
            Err(why) => return self.refuse(format_args!("{name}: {why}")).await,
        };
        if let Err(why) = self.sink.begin(&parcel).await {
            return self.refuse(format_args!("{name}: {why}")).await;
        }
        let echo = core::mem::replace(&mut self.terminal.echo, false);
        if echo {
            self.explain().await?;
        }
        let end = self.receive().await?;
        self.terminal.echo = echo;
        match end {
            End::Dot => self.accept(purpose, name).await,
            End::Interrupt => self.give_up(name).await,
            End::Silence => self.pause(name).await,
        }
    }

    async fn explain(&mut self) -> Result<(), Error<IO::Error>> {
        let text = "send lines of base64, each at most 76 characters, then a line with a dot; Ctrl-C aborts";
        self.terminal.line(format_args!("{text}")).await
    }

    /// Receives lines up to the dot. Answers each with the number of bytes received so far.
    async fn receive(&mut self) -> Result<End, Error<IO::Error>> {
        self.acknowledge().await?;
        loop {
            match self.editor.read(self.terminal, Some(IDLE)).await? {
                Input::Line(line) if line == "." => return Ok(End::Dot),
                Input::Line(line) => self.take(&line).await?,
                Input::TooLong => self.decline(LineError::TooLong).await?,
                Input::Interrupt => return Ok(End::Interrupt),
                Input::Silence => return Ok(End::Silence),
            }
        }
    }

    async fn take(&mut self, line: &str) -> Result<(), Error<IO::Error>> {
        let bytes = match decode(line) {
            Ok(bytes) => bytes,
            Err(why) => return self.decline(why).await,
        };
        match self.sink.write(&bytes).await {
            Ok(()) => self.acknowledge().await,
            Err(why) => self.decline(why).await,
        }
    }

    /// Accepts a line and reports the offset of the next byte.
    async fn acknowledge(&mut self) -> Result<(), Error<IO::Error>> {
        let received = self.received();
        self.terminal.line(format_args!("+{received}")).await
    }

    /// Refuses a line and reports the reason and the offset at which to continue.
    async fn decline(&mut self, why: impl fmt::Display) -> Result<(), Error<IO::Error>> {
        let received = self.received();
        self.terminal.line(format_args!("-{received} {why}")).await
    }

    fn received(&self) -> u32 {
        self.sink.progress().map_or(0, |(_, received)| received)
    }

    async fn give_up(&mut self, name: &str) -> Result<(), Error<IO::Error>> {
        match self.sink.abort().await {
            Ok(()) => {
                self.refuse(format_args!("{name}: interrupted; nothing was changed"))
                    .await
            }
            Err(why) => self.refuse(format_args!("{name}: {why}")).await,
        }
    }

    /// Ends a transfer after a silence. It can be resumed only if it has a CRC-32.
    async fn pause(&mut self, name: &str) -> Result<(), Error<IO::Error>> {
        let seconds = IDLE.as_secs();
        if let Some((Parcel { crc32: Some(_), .. }, at)) = self.sink.progress() {
            return self
                .refuse(format_args!(
                    "{name}: no data for {seconds} s; repeat the command to resume at byte {at}"
                ))
                .await;
        }
        // If the bytes cannot be removed now, the next transfer discards them.
        let _ = self.sink.abort().await;
        self.refuse(format_args!(
            "{name}: no data for {seconds} s; repeat the command and send it all"
        ))
        .await
    }

    /// Reports what an app would be granted, and installs it if that is the purpose. If the link is
    /// lost during the report, a transfer with a CRC-32 keeps its bytes, so they need not be sent
    /// again.
    async fn accept(&mut self, purpose: Purpose, name: &str) -> Result<(), Error<IO::Error>> {
        if let Err(why) = self.sink.finish().await {
            return self.refuse(format_args!("{name}: {why}")).await;
        }
        let refused = self.describe(name).await?;
        if refused || purpose == Purpose::Inspect {
            let forgotten = self.sink.abort().await;
            return match forgotten {
                Err(why) => self.refuse(format_args!("{name}: {why}")).await,
                // `describe` has already answered with the error.
                Ok(()) if refused => Ok(()),
                Ok(()) => self.done().await,
            };
        }
        match self.sink.commit().await {
            Ok(_) => self.done().await,
            Err(why) => self.refuse(format_args!("{name}: {why}")).await,
        }
    }

    /// Reports what an app would be granted. Answers with an error if it would be refused, and
    /// returns whether that is the case.
    async fn describe(&mut self, name: &str) -> Result<bool, Error<IO::Error>> {
        let sink = &*self.sink;
        let told = show(self.terminal, |lines| {
            sink.describe(&mut |finding| lines.add(format_args!("{finding}")))
        })
        .await?;
        if let Err(why) = &told {
            self.refuse(format_args!("{name}: {why}")).await?;
        }
        Ok(told.is_err())
    }
}

fn parcel<'a>(name: &'a str, size: &str, crc: Option<&str>) -> Result<Parcel<'a>, Malformed> {
    let size = number(size, 10).ok_or(Malformed::Size)?;
    let crc = crc.map(|crc| number(crc, 16).ok_or(Malformed::Crc));
    Ok(Parcel {
        name,
        size,
        crc32: crc.transpose()?,
    })
}

/// Parses digits only; `from_str_radix` would also accept a sign.
fn number(text: &str, radix: u32) -> Option<u32> {
    let digits = text.chars().all(|c| c.is_digit(radix));
    digits.then(|| u32::from_str_radix(text, radix).ok())?
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size => f.write_str("the size is not a number of bytes: give it in decimal"),
            Self::Crc => f.write_str("the CRC-32 is not a number: give it in up to 8 hex digits"),
        }
    }
}
