use core::future::poll_fn;
use core::ops::Add;
use core::task::{Poll, Waker};
use core::time::Duration;

/// A point in time: microseconds since the device started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Instant {
    /// The start of the device.
    pub const START: Self = Self(0);
    /// An instant that is never reached.
    pub const NEVER: Self = Self(u64::MAX);

    /// Makes the instant `us` microseconds after the start.
    pub const fn from_micros(us: u64) -> Self {
        Self(us)
    }

    /// Returns the microseconds since the start.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// Returns the whole milliseconds since the start.
    pub const fn as_millis(self) -> u64 {
        self.0 / 1_000
    }

    /// Returns the time since `earlier`, or zero if that is in the future.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    /// Saturates at [`Instant::NEVER`].
    fn add(self, rhs: Duration) -> Self {
        let us = u64::try_from(rhs.as_micros()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(us))
    }
}

/// A source of time that wakes tasks at a given time.
///
/// It is the only source of time: a device on a virtual clock behaves the same, bit for bit, in every run. A device
/// holds its own clock, so a process can hold many devices at different times.
pub trait Clock {
    /// Returns the time since the device started; it never decreases.
    fn now(&self) -> Instant;

    /// Wakes `waker` at `at` or soon after. One call requests one wake; a clock may wake early or more than once.
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

/// Waits until `at`.
///
/// # Cancel safety
///
/// A drop leaves at most a waker in the clock, which then wakes a task without need.
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
