//! Stopwatches.

use core::time::Duration;

use akira_abi::Errno;

use crate::errno::{check, done};
use crate::raw;

/// Stopwatch. It releases its handle on drop.
#[derive(Debug)]
pub struct Timer {
    handle: i32,
}

impl Timer {
    /// Creates a stopwatch that is stopped at 0.
    ///
    /// # Errors
    ///
    /// [`Errno::ENOMEM`] if the app has too many stopwatches, [`Errno::EPERM`] without `timer`.
    pub fn new() -> Result<Self, Errno> {
        let handle = raw::timer_create();
        check(handle).map(|_| Self { handle })
    }

    /// Starts the stopwatch from 0.
    ///
    /// # Errors
    ///
    /// [`Errno::EPERM`] if the capability was revoked.
    pub fn start(&mut self) -> Result<(), Errno> {
        done(raw::timer_start(self.handle))
    }

    /// Stops the stopwatch and keeps its time.
    ///
    /// # Errors
    ///
    /// The same as for [`start`](Self::start).
    pub fn stop(&mut self) -> Result<(), Errno> {
        done(raw::timer_stop(self.handle))
    }

    /// Returns the measured time in whole milliseconds, modulo 2³¹ ms.
    ///
    /// # Errors
    ///
    /// The same as for [`start`](Self::start).
    pub fn elapsed(&self) -> Result<Duration, Errno> {
        let millis = check(raw::timer_elapsed(self.handle))?;
        Ok(Duration::from_millis(u64::from(millis)))
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        raw::timer_free(self.handle);
    }
}
