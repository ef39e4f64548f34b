use akira_abi::{Clock, Errno, sleep_until};
use core::future::poll_fn;
use core::task::Poll;
use core::time::Duration;

/// Exclusive upper limit of `akira_time.sleep_ms` in milliseconds: one hour.
const SLEEP_END_MS: i32 = 3_600_000;

/// Bridge for the native module `time`: gives apps the uptime and delays, on a [`Clock`].
#[derive(Clone, Copy, Debug)]
pub struct Time<C> {
    clock: C,
}

impl<C: Clock> Time<C> {
    /// Creates the bridge on a clock.
    pub const fn new(clock: C) -> Self {
        Self { clock }
    }

    /// Returns the clock that the bridge uses.
    pub const fn clock(&self) -> &C {
        &self.clock
    }

    /// Returns the uptime: the whole milliseconds since the device started.
    pub fn uptime_ms(&self) -> i64 {
        i64::try_from(self.clock.now().as_millis()).unwrap_or(i64::MAX)
    }

    /// Waits at least `us` microseconds. Lets other tasks run once even if `us` is 0.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves at most one waker registered in the clock.
    pub async fn delay(&self, us: u32) {
        self.pause(Duration::from_micros(us.into())).await;
    }

    /// Waits at least `ms` milliseconds, from 0 to 3 599 999. Lets other tasks run once even if
    /// `ms` is 0.
    ///
    /// # Errors
    ///
    /// [`Errno::EINVAL`] if `ms` is out of range; the call then returns without waiting.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves at most one waker registered in the clock.
    pub async fn sleep_ms(&self, ms: i32) -> Result<(), Errno> {
        if ms >= SLEEP_END_MS {
            return Err(Errno::EINVAL);
        }
        let ms = u64::try_from(ms).map_err(|_| Errno::EINVAL)?;
        self.pause(Duration::from_millis(ms)).await;
        Ok(())
    }

    async fn pause(&self, duration: Duration) {
        let end = self.clock.now() + duration;
        if duration.is_zero() {
            yield_now().await;
        }
        sleep_until(&self.clock, end).await;
    }
}

/// Lets other tasks run once.
async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
