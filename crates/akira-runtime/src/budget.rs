use akira_abi::Instant;
use core::cell::Cell;

/// One hour, in microseconds.
const HOUR: u64 = 3_600_000_000;

/// Budget of an app for flash wear, in bytes. It refills continuously at a fixed number of bytes
/// per hour, up to the amount for one hour.
///
/// The budget belongs to the installed app and not to a single run, so restarting the app does not
/// refill it. It is full when the app is installed and when the device starts.
#[derive(Debug)]
pub struct WriteBudget {
    per_hour: u32,
    /// Bytes left; negative after a write that cost more than was left.
    left: Cell<i64>,
    used: Cell<u64>,
    /// Time of the last refill.
    filled: Cell<Instant>,
}

impl WriteBudget {
    /// Creates a full budget of `kb_per_hour` KiB per hour.
    pub fn new(kb_per_hour: u16) -> Self {
        let per_hour = u32::from(kb_per_hour) << 10;
        Self {
            per_hour,
            left: Cell::new(per_hour.into()),
            used: Cell::new(0),
            filled: Cell::new(Instant::START),
        }
    }

    /// Returns the number of bytes that are refilled per hour, which is also the maximum of
    /// [`left`](Self::left).
    pub fn per_hour(&self) -> u32 {
        self.per_hour
    }

    /// Returns the number of bytes that the app may still write or erase now; 0 if the budget is
    /// overdrawn.
    pub fn left(&self) -> u32 {
        u32::try_from(self.left.get()).unwrap_or(0)
    }

    /// Returns the number of bytes that the app has written or erased since it was installed or the
    /// device started.
    pub fn used(&self) -> u64 {
        self.used.get()
    }

    /// Takes the cost of a flash operation, in bytes, from the budget. The budget may become
    /// overdrawn.
    pub fn spend(&self, bytes: u32) {
        self.left.set(self.left.get().saturating_sub(bytes.into()));
        self.used.set(self.used.get().saturating_add(bytes.into()));
    }

    /// Returns whether the budget is not full.
    pub(crate) fn is_short(&self) -> bool {
        self.left.get() < i64::from(self.per_hour)
    }

    /// Refills the budget for the time since the last refill.
    pub(crate) fn refill(&self, now: Instant) {
        let elapsed = now.since(self.filled.get()).as_micros() as u64;
        let back = elapsed.min(HOUR).saturating_mul(self.per_hour.into()) / HOUR;
        let left = self.left.get().saturating_add(back as i64);
        self.left.set(left.min(self.per_hour.into()));
        // A remainder of less than one byte counts at the next refill.
        let whole = back.saturating_mul(HOUR) / u64::from(self.per_hour.max(1));
        self.filled.set(match self.is_short() && elapsed < HOUR {
            true => self.filled.get() + core::time::Duration::from_micros(whole),
            false => now,
        });
    }
}
