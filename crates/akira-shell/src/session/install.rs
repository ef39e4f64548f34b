//! Apps that come over the link, in lines of base64.

use super::Session;
use crate::Error;
use crate::editor::Input;
use crate::upload::{LineError, Parcel, Upload};
use akira_runtime::abi::caps::AppName;
use akira_runtime::engine::Engine;
use akira_runtime::{Board, Image, InstallOptions};
use alloc::rc::Rc;
use core::fmt;
use core::time::Duration;
use embedded_io_async::{Read, Write};

/// How long nothing may come before a transfer is given up.
const IDLE: Duration = Duration::from_secs(30);

/// What an app comes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Install,
    Inspect,
}

/// How a transfer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Dot,
    Interrupt,
    Silence,
}

/// Why a transfer does not begin.
#[derive(Debug)]
enum Refusal {
    Name,
    Size,
    Crc,
    TooLarge { size: usize, most: usize },
    NoMemory { size: usize },
}

impl<B: Board, E: Engine, IO: Read + Write> Session<'_, B, E, IO> {
    pub(super) async fn transfer(
        &mut self,
        purpose: Purpose,
        name: &str,
        size: &str,
        crc: Option<&str>,
    ) -> Result<(), Error<IO::Error>> {
        let upload = parcel(name, size, crc).and_then(|parcel| self.begin(parcel));
        if let Err(why) = upload {
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
            End::Interrupt => {
                *self.upload = None;
                self.refuse(format_args!("{name}: interrupted; nothing was changed"))
                    .await
            }
            End::Silence => self.pause(name).await,
        }
    }

    /// Goes on with what has come of an app, or makes room for all of it.
    fn begin(&mut self, parcel: Parcel) -> Result<(), Refusal> {
        let size = parcel.size;
        let most = self.runtime.config().image_bytes_most;
        let most = self.config.install_bytes.min(most);
        if size > most || most == 0 {
            return Err(Refusal::TooLarge { size, most });
        }
        let same = |upload: &Upload| upload.is_resumable() && upload.parcel == parcel;
        if !self.upload.as_ref().is_some_and(same) {
            // What had come of another app goes first: there may not be room for both.
            *self.upload = None;
            *self.upload = Some(Upload::new(parcel).ok_or(Refusal::NoMemory { size })?);
        }
        Ok(())
    }

    async fn explain(&mut self) -> Result<(), Error<IO::Error>> {
        let text = "send lines of base64, each at most 76 characters, then a line with a dot; Ctrl-C gives up";
        self.terminal.line(format_args!("{text}")).await
    }

    /// Takes lines up to the dot, and answers each with how many bytes have come.
    async fn receive(&mut self) -> Result<End, Error<IO::Error>> {
        self.acknowledge(Ok(())).await?;
        loop {
            let taken = match self.editor.read(&mut self.terminal, Some(IDLE)).await? {
                Input::Line(line) if line == "." => return Ok(End::Dot),
                Input::Line(line) => self.take(&line),
                Input::TooLong => Err(LineError::TooLong),
                Input::Interrupt => return Ok(End::Interrupt),
                Input::Silence => return Ok(End::Silence),
            };
            self.acknowledge(taken).await?;
        }
    }

    fn take(&mut self, line: &str) -> Result<(), LineError> {
        match self.upload.as_mut() {
            Some(upload) => upload.take(line),
            None => Ok(()),
        }
    }

    /// Says where to go on: after a plus behind a line that was taken, after a minus at one that was not.
    async fn acknowledge(&mut self, taken: Result<(), LineError>) -> Result<(), Error<IO::Error>> {
        let received = self.upload.as_ref().map_or(0, Upload::received);
        match taken {
            Ok(()) => self.terminal.line(format_args!("+{received}")).await,
            Err(why) => self.terminal.line(format_args!("-{received} {why}")).await,
        }
    }

    /// Ends a transfer that stopped by itself, but keeps what can be gone on with.
    async fn pause(&mut self, name: &str) -> Result<(), Error<IO::Error>> {
        self.upload.take_if(|upload| !upload.is_resumable());
        let received = self.upload.as_ref().map(Upload::received);
        let seconds = IDLE.as_secs();
        match received {
            Some(at) => {
                self.refuse(format_args!(
                    "{name}: nothing came for {seconds} s; ask again to go on from {at}"
                ))
                .await
            }
            None => {
                self.refuse(format_args!(
                    "{name}: nothing came for {seconds} s; ask again, and send all of it"
                ))
                .await
            }
        }
    }

    async fn accept(&mut self, purpose: Purpose, name: &str) -> Result<(), Error<IO::Error>> {
        match self.upload.as_ref().map(Upload::finish) {
            Some(Ok(image)) => self.admit(purpose, name, image).await,
            Some(Err(why)) => {
                *self.upload = None;
                self.refuse(format_args!("{name}: {why}")).await
            }
            None => self.refuse(format_args!("{name}: nothing came")).await,
        }
    }

    /// Shows what an app would get, and installs it if that is wanted. If the link is lost in that, it need not come again.
    async fn admit(
        &mut self,
        purpose: Purpose,
        name: &str,
        image: Rc<[u8]>,
    ) -> Result<(), Error<IO::Error>> {
        let options = InstallOptions {
            name: Some(name),
            ceiling: self.config.ceiling,
            ..InstallOptions::default()
        };
        let inspected = self.runtime.inspect(&image, &options);
        match &inspected {
            Ok(admission) => self.report(admission, image.len()).await?,
            Err(why) => {
                *self.upload = None;
                return self.refuse(format_args!("{name}: {why}")).await;
            }
        }
        drop(inspected);
        *self.upload = None;
        if purpose == Purpose::Inspect {
            return self.done().await;
        }
        match self.runtime.install(Image::Shared(image), &options) {
            Ok(_) => self.done().await,
            Err(why) => self.refuse(format_args!("{name}: {why}")).await,
        }
    }
}

fn parcel(name: &str, size: &str, crc: Option<&str>) -> Result<Parcel, Refusal> {
    let name = AppName::new(name).ok_or(Refusal::Name)?;
    let size = number(size, 10).ok_or(Refusal::Size)?;
    let crc = crc.map(|crc| number(crc, 16).ok_or(Refusal::Crc));
    Ok(Parcel {
        name,
        size: usize::try_from(size).map_err(|_| Refusal::Size)?,
        crc: crc.transpose()?,
    })
}

/// Reads digits, and nothing else: `parse` would take a sign.
fn number(text: &str, radix: u32) -> Option<u32> {
    let digits = text.chars().all(|c| c.is_digit(radix));
    digits.then(|| u32::from_str_radix(text, radix).ok())?
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => write!(f, "no name for an app: give it one of {}", AppName::RULE),
            Self::Size => f.write_str("the size is not a number of bytes: give it in decimal"),
            Self::Crc => f.write_str("the CRC-32 is not a number: give it in up to 8 hex digits"),
            Self::TooLarge { most: 0, .. } => {
                f.write_str("this device takes no apps over its command line")
            }
            Self::TooLarge { size, most } => {
                write!(
                    f,
                    "the image has {size} bytes; this device takes at most {most}"
                )
            }
            Self::NoMemory { size } => write!(
                f,
                "there is no memory for {size} bytes now; stop an app first"
            ),
        }
    }
}
