use core::future::poll_fn;
use core::ops::Add;
use core::task::{Poll, Waker};
use core::time::Duration;

/// A point in time, as the number of microseconds since the device started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Instant {
    /// Instant at which the device started.
    pub const START: Self = Self(0);
    /// An instant that is never reached.
    pub const NEVER: Self = Self(u64::MAX);

    /// Creates the instant `us` microseconds after the start of the device.
    pub const fn from_micros(us: u64) -> Self {
        Self(us)
    }

    /// Returns the microseconds since the device started.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// Returns the whole milliseconds since the device started.
    pub const fn as_millis(self) -> u64 {
        self.0 / 1_000
    }

    /// Returns the time from `earlier` to this instant; zero if `earlier` is later than this
    /// instant.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    /// Adds a duration. The sum saturates at [`Instant::NEVER`].
    fn add(self, rhs: Duration) -> Self {
        let us = u64::try_from(rhs.as_micros()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(us))
    }
}

/// Source of time for a device, which also wakes tasks at a given time.
///
/// A device has no other source of time, so a device with a virtual clock behaves identically in
/// every run. Each device has its own clock, so a process can hold many devices at different times.
pub trait Clock {
    /// Returns the time since the device started. It never decreases.
    fn now(&self) -> Instant;

    /// Wakes `waker` at the time `at` or soon afterwards. One call requests one wake-up; a clock
    /// may also wake early or more than once.
    fn wake_at(&self, at: Instant, waker: &Waker);
}

impl<T: Clock + ?Sized> Clock for &T {
    fn now(&self) -> Instant {
        (**self).now()
    }

    fn wake_at(&self, at: Instant, waker: &Waker) {
        (**self).wake_at(at, waker);
    }
}

/// Waits until the time `at`.
///
/// # Cancel safety
///
/// Dropping the future leaves at most one waker in the clock, which later causes an unnecessary
/// wake-up.
pub async fn sleep_until(clock: &(impl Clock + ?Sized), at: Instant) {
    poll_fn(|cx| {
        if clock.now() >= at {
            return Poll::Ready(());
        }
        clock.wake_at(at, cx.waker());
        Poll::Pending
    })
    .await;
}
