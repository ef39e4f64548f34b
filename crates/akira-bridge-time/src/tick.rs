use akira_abi::{Clock, Instant};
use core::task::Waker;

/// A clock made of a counter that only needs to be read: the first one for a new board, before its timer interrupts.
///
/// Whoever waits is woken at once and looks again, so the CPU never idles: a board that runs on a battery implements
/// [`Clock`] over a timer with an alarm.
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
    /// Makes a clock of a function that returns the microseconds since the device started. They must never run
    /// backwards: a counter that turns over is extended there.
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
