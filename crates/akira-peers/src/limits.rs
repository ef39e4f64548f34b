use core::time::Duration;

/// How long a server waits for its peers.
///
/// The values follow from [`grace`](Self::grace), so a test or a slow transport changes one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How far a peer may fall behind [`rate`](Self::rate) in the middle of a transfer, in either direction.
    pub grace: Duration,
    /// The lowest rate of a transfer, in bytes of content per second.
    pub rate: u32,
    /// How long a request or a token may take to arrive, in all. A kept connection may be idle for as long.
    pub request: Duration,
    /// How long a conversation lasts without an answer to a ping; pings are sent three times as often.
    pub silence: Duration,
    /// How long the device may take to answer a request.
    pub answer: Duration,
    /// How long a peer may take to read the last words and to close the connection.
    pub farewell: Duration,
}

impl Limits {
    /// The limits of a fast link: 5 s of grace, 16 KiB a second.
    pub const DEFAULT: Self = Self::new(Duration::from_secs(5), 16 * 1024);

    /// Derives all limits from a grace period and the lowest rate, in bytes per second.
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

    /// Returns the time between two pings.
    pub fn ping(&self) -> Duration {
        self.silence / 3
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
