//! Host replacement of the chip: the terminal and the system time.

use std::convert::Infallible;
use std::fmt;
use std::io::Write as _;
use std::sync::OnceLock;
use std::time::Instant;

use embedded_hal::digital::{ErrorType, OutputPin};

pub(crate) fn start() {
    crate::run(Serial, [Output, Output], Input);
}

/// Returns the time since the first call in microseconds.
pub(crate) fn micros() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let elapsed = START.get_or_init(Instant::now).elapsed();
    u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX)
}

/// The terminal.
pub(crate) struct Serial;

impl fmt::Write for Serial {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut out = std::io::stdout();
        out.write_all(text.as_bytes()).map_err(|_| fmt::Error)?;
        out.flush().map_err(|_| fmt::Error)
    }
}

/// Pin that is not connected.
pub(crate) struct Output;

impl ErrorType for Output {
    type Error = Infallible;
}

impl OutputPin for Output {
    fn set_low(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

/// Placeholder for a button that the host does not have.
pub(crate) struct Input;
