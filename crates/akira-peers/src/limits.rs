use core::time::Duration;

/// Timeouts and minimum rate of a server for its peers.
///
/// All timeouts follow from [`grace`](Self::grace), so a test or a slow transport changes one
/// number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How far a peer may fall behind [`rate`](Self::rate) during a transfer, in either direction.
    pub grace: Duration,
    /// Minimum rate of a transfer, in bytes of content per second.
    pub rate: u32,
    /// Deadline for a complete request or token, and for an idle kept-alive connection.
    pub request: Duration,
    /// Time without an answer to a ping after which a conversation ends. Pings are sent three times
    /// as often.
    pub silence: Duration,
    /// Time that the device may take to answer a request.
    pub answer: Duration,
    /// Time that a peer may take to read the last message and to close the connection.
    pub farewell: Duration,
}

impl Limits {
    /// Limits of a fast link: 5 s of grace, 16 KiB/s.
    pub const DEFAULT: Self = Self::new(Duration::from_secs(5), 16 * 1024);

    /// Derives all limits from a grace period and the minimum rate, in bytes per second.
    pub const fn new(grace: Duration, rate: u32) -> Self {
        Self {
            grace,
            rate,
            request: grace.saturating_mul(2),
            silence: grace.saturating_mul(3),
            answer: grace.saturating_mul(6),
            farewell: Duration::from_nanos(grace.as_nanos() as u64 / 5),
        }
    }

    /// Returns the interval of pings.
    pub fn ping(&self) -> Duration {
        self.silence / 3
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
