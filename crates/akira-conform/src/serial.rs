//! Driver for the command line of a board, over its serial port or another byte stream.
//!
//! The driver never sleeps, and every wait has a deadline.

mod transfer;

pub use transfer::{LINE_BYTES, Outcome, text_of};

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Maximum wait for a line. It is far above the usual time, so that a busy machine does not fail.
const PATIENCE: Duration = Duration::from_secs(60);

/// Number of lines that an error shows after a board failed.
const SHOWN: usize = 40;

/// Prompt before an input line, until the driver turns it off.
const PROMPT: &str = "akira> ";

/// Byte that Ctrl-C sends.
const INTERRUPT: &[u8] = &[0x03];

/// Start of the line that a firmware prints before it restarts after a fault.
const FAILED: &str = "firmware failed";

/// Command line of a board.
///
/// ```no_run
/// use akira_conform::serial::{Console, Outcome};
/// use std::fs::File;
///
/// // Set the line to raw first: stty -F /dev/ttyACM0 raw -echo 115200
/// let port = File::options().read(true).write(true).open("/dev/ttyACM0")?;
/// let mut console = Console::new(port.try_clone()?, port, "on a board of mine");
/// console.wait_for_start()?; // now press the board's reset button
/// let outcome = console.outcome("hello", &std::fs::read("hello.wasm")?)?;
/// assert_eq!(outcome, Outcome::Ran(vec!["hello".into(), "returned 0".into()]));
/// # Ok::<(), anyhow::Error>(())
/// ```
pub struct Console {
    input: Box<dyn Write>,
    lines: Receiver<String>,
    greeting: &'static str,
    /// Number of firmware starts seen.
    starts: usize,
    seen: Vec<String>,
    /// Planned power cut, if any.
    cut: Option<Cut>,
    /// Number of lines received since `cut` was last set.
    lines_since: usize,
}

/// Time of a power cut: either a delay after a number of lines, or a fixed time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cut {
    lines: Option<(usize, Duration)>,
    at: Option<Instant>,
}

/// Error that ends a wait at the time of the power cut.
#[derive(Debug)]
pub struct PowerCut;

impl Cut {
    /// Creates a cut at the delay `then` after `lines` lines.
    pub fn after_lines(lines: usize, then: Duration) -> Self {
        Self {
            lines: Some((lines, then)),
            at: None,
        }
    }

    /// Creates a cut at `time` from now.
    pub fn after(time: Duration) -> Self {
        Self {
            lines: None,
            at: Some(Instant::now() + time),
        }
    }
}

impl fmt::Display for PowerCut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the power cut is due")
    }
}

impl std::error::Error for PowerCut {}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console")
            .field("greeting", &self.greeting)
            .field("starts", &self.starts)
            .finish_non_exhaustive()
    }
}

impl Console {
    /// Creates a console on these streams, for a board whose greeting is a line that ends in
    /// `greeting`.
    pub fn new(
        input: impl Write + 'static,
        output: impl Read + Send + 'static,
        greeting: &'static str,
    ) -> Self {
        let (sender, lines) = channel();
        // The thread ends when the board's output ends.
        thread::spawn(move || forward(output, &sender));
        Self {
            input: Box::new(input),
            lines,
            greeting,
            starts: 0,
            seen: Vec::new(),
            cut: None,
            lines_since: 0,
        }
    }

    /// Sets the time at which a wait for a line ends with [`PowerCut`]. Returns the number of lines
    /// received since the last call.
    pub fn cut(&mut self, cut: Option<Cut>) -> usize {
        self.cut = cut;
        std::mem::take(&mut self.lines_since)
    }

    /// Waits until the firmware has started, and turns off the echo and the prompt of its command
    /// line.
    ///
    /// # Errors
    ///
    /// If no line arrives for a minute, the command line fails, or [`PowerCut`].
    pub fn wait_for_start(&mut self) -> Result<()> {
        let expected = self.starts + 1;
        while self.starts < expected {
            self.next_line("the greeting of the firmware")?;
        }
        self.command("echo off")?;
        self.command("prompt off")?;
        Ok(())
    }

    /// Sends a command and returns the lines of its answer.
    ///
    /// # Errors
    ///
    /// If the answer is an error, no line arrives for a minute, the firmware restarts, or
    /// [`PowerCut`].
    pub fn command(&mut self, command: &str) -> Result<Vec<String>> {
        match self.try_command(command)? {
            (lines, None) => Ok(lines),
            (_, Some(error)) => bail!("`{command}` was answered with: {error}"),
        }
    }

    /// Sends a command. Returns the lines of its answer, and the error if the answer ends with one.
    ///
    /// # Errors
    ///
    /// If no line arrives for a minute, the firmware restarts, or [`PowerCut`].
    pub fn try_command(&mut self, command: &str) -> Result<(Vec<String>, Option<String>)> {
        self.send(command)?;
        self.answer(command)
    }

    /// Waits for the end of an answer.
    ///
    /// # Errors
    ///
    /// If no line arrives for a minute, the firmware restarts, or [`PowerCut`].
    pub fn answer(&mut self, to: &str) -> Result<(Vec<String>, Option<String>)> {
        let mut lines = Vec::new();
        loop {
            let line = self.expect_line(to)?;
            if line == "ok" {
                return Ok((lines, None));
            }
            if let Some(error) = line.strip_prefix("error: ") {
                return Ok((lines, Some(error.to_owned())));
            }
            lines.push(line);
        }
    }

    /// Follows the log until `done` returns `true` for a line. Returns the lines in the form `app:
    /// text`.
    ///
    /// # Errors
    ///
    /// If no line arrives for a minute, the firmware restarts, or [`PowerCut`].
    pub fn follow_log(
        &mut self,
        what: &str,
        mut done: impl FnMut(&str) -> bool,
    ) -> Result<Vec<String>> {
        self.send("log -f")?;
        let mut lines = Vec::new();
        loop {
            let line = without_columns(&self.expect_line(what)?);
            let is_last = done(&line);
            lines.push(line);
            if is_last {
                break;
            }
        }
        self.interrupt()?;
        Ok(lines)
    }

    /// Sends Ctrl-C, which interrupts the running command, and waits for the end of its answer.
    ///
    /// # Errors
    ///
    /// If no line arrives for a minute, the firmware restarts, or [`PowerCut`].
    pub fn interrupt(&mut self) -> Result<()> {
        self.input.write_all(INTERRUPT)?;
        self.input.flush()?;
        self.answer("Ctrl-C")?;
        Ok(())
    }

    /// Sends a line.
    ///
    /// # Errors
    ///
    /// If the board is disconnected.
    pub fn send(&mut self, line: &str) -> Result<()> {
        self.input.write_all(line.as_bytes())?;
        self.input.write_all(b"\r")?;
        Ok(self.input.flush()?)
    }

    /// Returns the next line.
    ///
    /// # Errors
    ///
    /// If no line arrives for a minute, the firmware restarts, or [`PowerCut`].
    pub fn expect_line(&mut self, waiting_for: &str) -> Result<String> {
        let starts = self.starts;
        let line = self.next_line(waiting_for)?;
        if self.starts != starts {
            bail!(
                "the firmware restarted while waiting for {waiting_for}:\n{}",
                self.tail()
            );
        }
        Ok(line)
    }

    fn next_line(&mut self, waiting_for: &str) -> Result<String> {
        let line = match self.receive() {
            Ok(line) => line,
            Err(_) if self.is_cut() => return Err(PowerCut.into()),
            Err(RecvTimeoutError::Timeout) => {
                let seconds = PATIENCE.as_secs();
                bail!(
                    "no output for {seconds} s while waiting for {waiting_for}:\n{}",
                    self.tail()
                )
            }
            Err(RecvTimeoutError::Disconnected) => {
                bail!(
                    "the board closed the link while waiting for {waiting_for}:\n{}",
                    self.tail()
                )
            }
        };
        self.lines_since += 1;
        self.seen.push(line.clone());
        if line.starts_with(FAILED) {
            bail!("{line}\n{}", self.tail());
        }
        if line.starts_with("akira ") && line.ends_with(self.greeting) {
            self.starts += 1;
        }
        Ok(line)
    }

    /// Waits for a line, but not beyond the time of the power cut.
    fn receive(&mut self) -> Result<String, RecvTimeoutError> {
        if let Some(cut) = &mut self.cut {
            match cut.lines {
                Some((lines, then)) if lines <= self.lines_since => {
                    *cut = Cut::after(then);
                }
                _ => {}
            }
        }
        let end = self.cut.and_then(|cut| cut.at);
        let patience = end.map_or(PATIENCE, |end| {
            end.saturating_duration_since(Instant::now())
        });
        self.lines.recv_timeout(patience)
    }

    fn is_cut(&self) -> bool {
        let end = self.cut.and_then(|cut| cut.at);
        end.is_some_and(|end| Instant::now() >= end)
    }

    fn tail(&self) -> String {
        let from = self.seen.len().saturating_sub(SHOWN);
        self.seen[from..].join("\n")
    }
}

fn forward(output: impl Read, lines: &Sender<String>) {
    for line in BufReader::new(output).split(b'\n') {
        let Ok(line) = line else { return };
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end().trim_start_matches(PROMPT).to_owned();
        if lines.send(line).is_err() {
            return;
        }
    }
}

/// Strips the time and the level from a line of the log.
pub fn without_columns(line: &str) -> String {
    let rest = line.trim_start();
    let rest = rest.split_once("  ").map_or(rest, |(_, rest)| rest);
    let rest = rest.split_once("  ").map_or(rest, |(_, rest)| rest);
    rest.trim_start().to_owned()
}

/// Returns the number after a word in a line, as in `at most 4711 of`.
///
/// # Errors
///
/// If no number follows the word.
pub fn number_after(line: &str, word: &str) -> Result<u64> {
    let rest = line.split_once(word).map(|(_, rest)| rest.trim_start());
    let digits = rest.map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
    digits
        .flatten()
        .and_then(|digits| digits.parse().ok())
        .with_context(|| format!("no number after `{word}` in `{line}`"))
}
