use crate::Config;
use akira_abi::Instant;
use core::time::Duration;

const SECOND_US: u32 = 1_000_000;

/// A token bucket, kept as the time at which it will be full again.
///
/// The same as a count of tokens, but one number, and nothing to refill.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    full_at: Instant,
}

impl Bucket {
    pub(crate) const FULL: Self = Self {
        full_at: Instant::START,
    };

    /// Takes a token; says whether there was one.
    pub(crate) fn take(&mut self, now: Instant, config: &Config) -> bool {
        let token = Duration::from_micros((SECOND_US / rate(config)).into());
        let full_at = self.full_at.max(now);
        if full_at.since(now) > token.saturating_mul(config.burst.max(1) - 1) {
            return false;
        }
        self.full_at = full_at + token;
        true
    }
}

fn rate(config: &Config) -> u32 {
    config.lines_per_second.clamp(1, SECOND_US)
}
