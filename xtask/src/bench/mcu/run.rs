//! Runs firmware under QEMU and reads the printed numbers.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::Board;

/// Makes each instruction take 1 ns of the machine's time, which its timers measure.
const COUNTED: [&str; 2] = ["-icount", "shift=0,sleep=off"];

/// Makes QEMU show only the serial port.
const SILENT: [&str; 6] = ["-display", "none", "-monitor", "none", "-serial", "stdio"];

/// Last line of a successful run (`bench/mcu/src/report.rs`).
const END: &str = "end";

/// Maximum time without output. Output that normally takes seconds takes minutes on a loaded
/// machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// Runs firmware to its end and returns its numbers by name.
pub(super) fn run(board: &Board, image: &Path) -> Result<Vec<(String, f64)>> {
    let (program, arguments) = command(board);
    let qemu = Command::new(program)
        .args(arguments)
        .arg(board.load)
        .arg(image)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("QEMU does not start")?;
    let mut qemu = Running(qemu);
    let lines = qemu.lines()?;
    let mut numbers = Vec::new();
    loop {
        let line = lines
            .recv_timeout(PATIENCE)
            .context("the firmware is silent")?;
        if line == END {
            return Ok(numbers);
        }
        numbers.push(number(&line)?);
    }
}

/// Returns the emulator and its arguments, without the firmware.
pub(super) fn command(board: &Board) -> (&'static str, impl Iterator<Item = &'static str> + use<>) {
    let machine = board.qemu[1..].iter().copied();
    (board.qemu[0], machine.chain(COUNTED).chain(SILENT))
}

/// Parses a name of several words and a number.
fn number(line: &str) -> Result<(String, f64)> {
    let parts = line.rsplit_once(' ').and_then(|(name, number)| {
        let number = number.parse().ok()?;
        Some((name.to_owned(), number))
    });
    match parts {
        Some(parts) => Ok(parts),
        None => bail!("the firmware printed: {line}"),
    }
}

/// Running emulator; dropping it ends the emulator.
struct Running(Child);

impl Running {
    /// Returns a receiver for the lines of the serial port.
    fn lines(&mut self) -> Result<mpsc::Receiver<String>> {
        let output = self.0.stdout.take().context("QEMU has no output")?;
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            let lines = BufReader::new(output).lines();
            lines
                .map_while(Result::ok)
                .try_for_each(|line| sender.send(line))
        });
        Ok(lines)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // QEMU never ends by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_name_and_a_number() {
        let read = |line| number(line).expect("it is one");
        assert_eq!(read("compute fib 12"), ("compute fib".into(), 12.0));
        assert_eq!(read("call string 3.25"), ("call string".into(), 3.25));
    }

    #[test]
    fn what_a_firmware_says_of_its_failure_is_passed_on() {
        let error = number("failed: no memory").expect_err("it is no number");
        assert!(error.to_string().contains("no memory"), "{error}");
    }
}
