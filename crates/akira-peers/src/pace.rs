use core::time::Duration;

use crate::Limits;

/// Measures whether a peer keeps the lowest rate of a transfer.
///
/// A peer has a store of patience, [`Limits::grace`] at most. Waiting for it uses the store up; each byte refills it by
/// the time that a byte takes at the lowest rate. A burst therefore pays for no pause longer than the grace period.
#[derive(Clone, Debug)]
pub struct Pace {
    grace: Duration,
    left: Duration,
    rate: u32,
}

impl Pace {
    /// Starts a transfer with a full store.
    pub const fn new(limits: &Limits) -> Self {
        Self {
            grace: limits.grace,
            left: limits.grace,
            rate: limits.rate,
        }
    }

    /// Returns how much longer the peer may keep the server waiting without a byte.
    pub const fn left(&self) -> Duration {
        self.left
    }

    /// Counts a wait for the peer and the bytes that ended it. Returns whether the peer still keeps the rate.
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
