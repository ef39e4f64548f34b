use crate::Config;
use akira_abi::Instant;
use core::time::Duration;

const SECOND_US: u32 = 1_000_000;

/// Token bucket, stored as the time at which it is full again.
///
/// This time is equivalent to a count of tokens, but needs no refilling.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    full_at: Instant,
}

impl Bucket {
    pub(crate) const FULL: Self = Self {
        full_at: Instant::START,
    };

    /// Takes a token. Returns whether the bucket held a token.
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
