use akira_abi::{Clock, Instant};
use core::task::Waker;

/// Clock on a free-running counter. Use it for the bring-up of a board, before the timer interrupts
/// work.
///
/// A waiting task is woken at once and checks the time again, so the CPU never idles. A board that
/// runs on a battery implements [`Clock`] on a timer with an alarm instead.
///
/// ```
/// use akira_abi::{Clock, Instant};
/// use akira_bridge_time::TickClock;
///
/// // On a board: reads a register of a timer that counts on, and divides by its ticks in a microsecond.
/// fn micros() -> u64 {
///     4_711
/// }
///
/// let clock = TickClock::new(micros);
/// assert_eq!(clock.now(), Instant::from_micros(4_711));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TickClock {
    micros: fn() -> u64,
}

impl TickClock {
    /// Creates a clock from a function that returns the microseconds since the device started. The
    /// returned value must never decrease, so the function must extend a counter that wraps around.
    pub const fn new(micros: fn() -> u64) -> Self {
        Self { micros }
    }
}

impl Clock for TickClock {
    fn now(&self) -> Instant {
        Instant::from_micros((self.micros)())
    }

    fn wake_at(&self, _: Instant, waker: &Waker) {
        waker.wake_by_ref();
    }
}
