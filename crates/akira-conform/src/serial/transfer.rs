//! Transfer, run and removal of apps over the command line.

use akira_manage::Crc32;
use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Console, without_columns};

/// Number of bytes that one line of base64 encodes.
pub const LINE_BYTES: usize = 57;

/// Maximum number of consecutive attempts without progress of a transfer.
const TRIES: usize = 100;

/// Part of the board's message when it aborts a transfer that can be resumed.
const TIMED_OUT: &str = "repeat the command to resume";

/// Outcome of an app on a device.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The app was admitted and logged these lines, including the line of its end.
    Ran(Vec<String>),
    /// The app was not admitted, for this reason.
    Refused(String),
}

impl Outcome {
    /// Returns the log of an app that was admitted.
    ///
    /// # Errors
    ///
    /// If the app was refused.
    pub fn lines(self, app: &str) -> Result<Vec<String>> {
        match self {
            Self::Ran(lines) => Ok(lines),
            Self::Refused(why) => bail!("{app} is refused: {why}"),
        }
    }
}

impl Console {
    /// Installs an app, runs it to its end, and removes it.
    ///
    /// # Errors
    ///
    /// The errors of [`command`](Self::command).
    pub fn outcome(&mut self, name: &str, image: &[u8]) -> Result<Outcome> {
        let refused = |why: String| {
            let without_name = why.strip_prefix(name);
            let why = without_name.map_or(&*why, |why| why.trim_start_matches(": "));
            Outcome::Refused(why.to_owned())
        };
        if let Some(why) = self.transfer(name, image)? {
            return Ok(refused(why));
        }
        let (lines, error) = self.try_command(&format!("run {name}"))?;
        self.command(&format!("uninstall {name}"))?;
        if let Some(why) = error {
            return Ok(refused(why));
        }
        let lines = lines.iter().map(|line| without_columns(line));
        Ok(Outcome::Ran(
            lines.filter_map(|line| text_of(&line, name)).collect(),
        ))
    }

    /// Sends an app and installs it. Returns the reason if the board refuses it.
    ///
    /// Resumes a transfer that the board aborted. In an emulator that counts instructions, the
    /// board's receive timeout expires as soon as the board only waits, however fast this machine
    /// sends.
    ///
    /// # Errors
    ///
    /// The errors of [`command`](Self::command), or if the board aborts repeatedly without
    /// progress.
    pub fn transfer(&mut self, name: &str, image: &[u8]) -> Result<Option<String>> {
        let (mut sent, mut tries) = (0, 0);
        while tries < TRIES {
            let before = sent;
            match self.send_rest(name, image, &mut sent)? {
                Some(why) if why.contains(TIMED_OUT) => {
                    // The line in flight arrived after the abort, so the board answers it as a
                    // command.
                    self.answer("the answer to a late line")?;
                    tries = if sent > before { 0 } else { tries + 1 };
                }
                end => return Ok(end),
            }
        }
        bail!("the board aborted {name} {TRIES} times at byte {sent}")
    }

    /// Sends the part of an app that the board does not have yet. Returns the reason if the board
    /// refuses it. Sets `arrived` to the number of bytes that the board has.
    fn send_rest(
        &mut self,
        name: &str,
        image: &[u8],
        arrived: &mut usize,
    ) -> Result<Option<String>> {
        let mut crc = Crc32::new();
        crc.update(image);
        let (size, crc) = (image.len(), crc.value());
        self.send(&format!("install {name} {size} {crc:08x}"))?;
        let mut sent = None;
        loop {
            let answer = self.expect_line("the answer to a line of base64")?;
            if let Some(error) = answer.strip_prefix("error: ") {
                return Ok(Some(error.to_owned()));
            }
            if let Some((_, why)) = answer.strip_prefix('-').and_then(|no| no.split_once(' ')) {
                self.interrupt()?;
                return Ok(Some(why.to_owned()));
            }
            let wanted = answer.strip_prefix('+').and_then(|at| at.parse().ok());
            let wanted = wanted.filter(|at| *at <= size && sent.is_none_or(|sent| sent == *at));
            let at = wanted
                .with_context(|| format!("the board answered {answer}, expected byte {sent:?}"))?;
            *arrived = at;
            if at == size {
                break;
            }
            let end = size.min(at + LINE_BYTES);
            self.send(&STANDARD.encode(&image[at..end]))?;
            sent = Some(end);
        }
        self.send(".")?;
        Ok(self.answer("the end of an app")?.1)
    }
}

/// Returns the text that an app logged in a line `app: text`. The text is trimmed, because lines
/// from a serial port lose their trailing blanks.
pub fn text_of(line: &str, app: &str) -> Option<String> {
    let text = line.strip_prefix(app)?.strip_prefix(':')?;
    Some(text.trim().to_owned())
}
