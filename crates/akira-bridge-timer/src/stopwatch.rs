use akira_abi::Instant;
use core::time::Duration;

/// Clears the top bit, because a negative result of a native call is an errno.
const MASK: u32 = 0x7fff_ffff;

/// Stopwatch. The caller passes the current time to each method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stopwatch {
    started: Option<Instant>,
    stopped_at: Duration,
}

impl Stopwatch {
    /// Creates a stopwatch that is stopped at zero.
    pub const fn new() -> Self {
        Self {
            started: None,
            stopped_at: Duration::ZERO,
        }
    }

    /// Starts the stopwatch from zero, even while it runs.
    pub const fn start(&mut self, now: Instant) {
        self.started = Some(now);
    }

    /// Stops the stopwatch and freezes the elapsed time.
    pub const fn stop(&mut self, now: Instant) {
        self.stopped_at = self.elapsed(now);
        self.started = None;
    }

    /// Stops the stopwatch and resets it to zero.
    pub const fn reset(&mut self) {
        *self = Self::new();
    }

    /// Returns whether the stopwatch runs.
    pub const fn is_running(&self) -> bool {
        self.started.is_some()
    }

    /// Returns the elapsed time.
    pub const fn elapsed(&self, now: Instant) -> Duration {
        match self.started {
            Some(started) => now.since(started),
            None => self.stopped_at,
        }
    }

    /// Returns the low 31 bits of the elapsed time in milliseconds: the value wraps around after
    /// 24.8 days.
    pub const fn elapsed_ms(&self, now: Instant) -> u32 {
        self.elapsed(now).as_millis() as u32 & MASK
    }
}
