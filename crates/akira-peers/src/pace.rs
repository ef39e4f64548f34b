use core::time::Duration;

use crate::Limits;

/// Checks that a peer keeps the minimum rate of a transfer.
///
/// Works as a token bucket of time. The bucket holds at most [`Limits::grace`]. Waiting for the
/// peer drains it; each received byte refills it by the time of one byte at the minimum rate. A
/// burst therefore never pays for a pause longer than the grace period.
#[derive(Clone, Debug)]
pub struct Pace {
    grace: Duration,
    left: Duration,
    rate: u32,
}

impl Pace {
    /// Starts a transfer with a full bucket.
    pub const fn new(limits: &Limits) -> Self {
        Self {
            grace: limits.grace,
            left: limits.grace,
            rate: limits.rate,
        }
    }

    /// Returns how much longer the server waits for the next byte.
    pub const fn left(&self) -> Duration {
        self.left
    }

    /// Records a wait for the peer and the number of bytes that ended it. Returns whether the peer
    /// still keeps the rate.
    pub fn wait(&mut self, waited: Duration, bytes: usize) -> bool {
        let Some(left) = self.left.checked_sub(waited) else {
            self.left = Duration::ZERO;
            return false;
        };
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let earned = Duration::from_secs(bytes.into()) / self.rate.max(1);
        self.left = left.saturating_add(earned).min(self.grace);
        true
    }
}
