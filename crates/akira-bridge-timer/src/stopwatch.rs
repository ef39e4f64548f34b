use akira_abi::Instant;
use core::time::Duration;

/// Keeps results of native calls positive as i32.
const MASK: u32 = 0x7fff_ffff;

/// A stopwatch. The caller passes the current time to each method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stopwatch {
    started: Option<Instant>,
    stopped_at: Duration,
}

impl Stopwatch {
    /// Makes a stopwatch that stands at zero.
    pub const fn new() -> Self {
        Self {
            started: None,
            stopped_at: Duration::ZERO,
        }
    }

    /// Starts from zero, even while it runs.
    pub const fn start(&mut self, now: Instant) {
        self.started = Some(now);
    }

    /// Freezes the elapsed time.
    pub const fn stop(&mut self, now: Instant) {
        self.stopped_at = self.elapsed(now);
        self.started = None;
    }

    /// Stops and resets to zero.
    pub const fn reset(&mut self) {
        *self = Self::new();
    }

    /// Returns whether it runs.
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

    /// Returns the elapsed time in milliseconds, the low 31 bits: the value wraps around after 24.8 days.
    pub const fn elapsed_ms(&self, now: Instant) -> u32 {
        self.elapsed(now).as_millis() as u32 & MASK
    }
}
