use core::time::Duration;

/// Delays the answers to wrong tokens: twice as long each time, until somebody knows the token.
///
/// The delay keeps only the peer waiting that was wrong. A server must not make others wait for it: then wrong tokens
/// would lock the owner out.
#[derive(Clone, Debug, Default)]
pub struct Backoff {
    failures: u8,
}

impl Backoff {
    /// The delay of the first answer.
    pub const SHORTEST: Duration = Duration::from_secs(1);

    /// No answer is delayed longer: it is given before the peer has to go ([`Limits::request`](crate::Limits::request)).
    pub const LONGEST: Duration = Duration::from_secs(8);

    /// Counts a wrong token and returns how long its answer is to be delayed.
    pub fn fail(&mut self) -> Duration {
        let delay = Self::SHORTEST * (1 << self.failures.min(3));
        self.failures = self.failures.saturating_add(1);
        delay.min(Self::LONGEST)
    }

    /// Forgets the failures, once somebody knew the token.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}
