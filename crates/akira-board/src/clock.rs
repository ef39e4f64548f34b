use akira::abi::{Clock, Instant};
use core::task::Waker;
use embassy_time_driver::{TICK_HZ, now, schedule_wake};

/// Clock on embassy's time driver, which every hardware crate of embassy provides.
///
/// Time 0 is the start of the driver. The driver's queue holds the wakers; a feature of
/// `embassy-time-queue-utils` sets the queue's size. Use a `generic-queue-*` feature, since not all
/// wakers belong to embassy's tasks.
#[derive(Clone, Copy, Debug, Default)]
pub struct EmbassyClock;

impl Clock for EmbassyClock {
    fn now(&self) -> Instant {
        Instant::from_micros(scale(now(), MICROS, TICK_HZ))
    }

    fn wake_at(&self, at: Instant, waker: &Waker) {
        if at != Instant::NEVER {
            // Rounded up by one tick, not down: when the waker is woken, the time must have been
            // reached.
            let ticks = scale(at.as_micros(), TICK_HZ, MICROS);
            schedule_wake(ticks.saturating_add(u64::from(TICK_HZ != MICROS)), waker);
        }
    }
}

const MICROS: u64 = 1_000_000;

/// Returns `value * to / from` without an intermediate overflow.
const fn scale(value: u64, to: u64, from: u64) -> u64 {
    if to == from {
        return value;
    }
    let (whole, rest) = (value / from, value % from);
    whole.saturating_mul(to).saturating_add(rest * to / from)
}

#[cfg(test)]
mod tests {
    use super::scale;

    #[test]
    fn ticks_of_any_rate_are_microseconds() {
        assert_eq!(scale(32_768, 1_000_000, 32_768), 1_000_000);
        assert_eq!(scale(1, 1_000_000, 32_768), 30);
        assert_eq!(scale(u64::MAX, 1_000_000, 32_768), u64::MAX);
        assert_eq!(scale(1_500_000, 32_768, 1_000_000), 49_152);
        assert_eq!(scale(7, 1_000_000, 1_000_000), 7);
    }
}
