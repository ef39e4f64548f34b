use core::time::Duration;

/// Delays the answers to wrong tokens. The delay doubles with each failure and is reset by a
/// correct token.
///
/// The delay applies only to the peer that sent the wrong token. A server must not delay other
/// peers: otherwise wrong tokens would lock the owner out.
#[derive(Clone, Debug, Default)]
pub struct Backoff {
    failures: u8,
}

impl Backoff {
    /// Delay of the first answer.
    pub const SHORTEST: Duration = Duration::from_secs(1);

    /// Maximum delay. The answer is sent before the peer's deadline
    /// ([`Limits::request`](crate::Limits::request)).
    pub const LONGEST: Duration = Duration::from_secs(8);

    /// Counts a wrong token. Returns the delay of its answer.
    pub fn fail(&mut self) -> Duration {
        let delay = Self::SHORTEST * (1 << self.failures.min(3));
        self.failures = self.failures.saturating_add(1);
        delay.min(Self::LONGEST)
    }

    /// Clears the count of failures. Called after a correct token.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}
