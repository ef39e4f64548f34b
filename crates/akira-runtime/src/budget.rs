use akira_abi::Instant;
use core::cell::Cell;

/// An hour in microseconds.
const HOUR: u64 = 3_600_000_000;

/// What an app may cost the flash: so many bytes an hour, of which it may save up an hour's worth.
///
/// It belongs to the installed app and not to one run of it, so ending and starting again changes nothing. It is full
/// when the app is installed and when the device starts.
#[derive(Debug)]
pub struct WriteBudget {
    per_hour: u32,
    /// Below zero after a write that cost more than was left.
    left: Cell<i64>,
    used: Cell<u64>,
    /// Time of the last refill.
    filled: Cell<Instant>,
}

impl WriteBudget {
    /// Makes the full budget of an app that may cost so many KiB an hour.
    pub fn new(kb_per_hour: u16) -> Self {
        let per_hour = u32::from(kb_per_hour) << 10;
        Self {
            per_hour,
            left: Cell::new(per_hour.into()),
            used: Cell::new(0),
            filled: Cell::new(Instant::START),
        }
    }

    /// Returns the bytes that come back in an hour, which are also the most that can be left.
    pub fn per_hour(&self) -> u32 {
        self.per_hour
    }

    /// Returns the bytes that are left.
    pub fn left(&self) -> u32 {
        u32::try_from(self.left.get()).unwrap_or(0)
    }

    /// Returns the bytes that the app has cost since it was installed or the device started.
    pub fn used(&self) -> u64 {
        self.used.get()
    }

    /// Takes what something has cost.
    pub fn spend(&self, bytes: u32) {
        self.left.set(self.left.get().saturating_sub(bytes.into()));
        self.used.set(self.used.get().saturating_add(bytes.into()));
    }

    /// Tells whether something is missing.
    pub(crate) fn is_short(&self) -> bool {
        self.left.get() < i64::from(self.per_hour)
    }

    /// Gives back what has come back by now.
    pub(crate) fn refill(&self, now: Instant) {
        let elapsed = now.since(self.filled.get()).as_micros() as u64;
        let back = elapsed.min(HOUR).saturating_mul(self.per_hour.into()) / HOUR;
        let left = self.left.get().saturating_add(back as i64);
        self.left.set(left.min(self.per_hour.into()));
        // Time that made no whole byte counts the next time.
        let whole = back.saturating_mul(HOUR) / u64::from(self.per_hour.max(1));
        self.filled.set(match self.is_short() && elapsed < HOUR {
            true => self.filled.get() + core::time::Duration::from_micros(whole),
            false => now,
        });
    }
}
