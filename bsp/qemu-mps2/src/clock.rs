//! embassy's time driver: one timer counts continuously, the other interrupts when a wake is due.

use core::cell::RefCell;
use core::task::Waker;

use critical_section::Mutex;
use embassy_time_driver::{Driver, time_driver_impl};
use embassy_time_queue_utils::Queue;

use crate::register::{TIMER0, TIMER1, Timer};

const TICKS_PER_US: u64 = 25;

/// Maximum time to the next alarm, 80 s, so that no wrap of the counter, after 171 s, is missed.
const MAX_TICKS: u64 = 2_000_000_000;

time_driver_impl!(static TIME: Timers = Timers(Mutex::new(RefCell::new(State {
    turns: 0,
    last: 0,
    queue: Queue::new(),
}))));

/// Both timers. Embassy's ticks are microseconds here.
struct Timers(Mutex<RefCell<State>>);

struct State {
    /// Number of wraps of the counter.
    turns: u64,
    /// The counter's value when it was last read.
    last: u32,
    queue: Queue,
}

/// Starts the timers.
pub(crate) fn start() {
    TIMER0.reload.write(u32::MAX);
    TIMER0.value.write(u32::MAX);
    TIMER0.control.write(Timer::ENABLE);
    // With a reload value of 0 the timer stops at 0 until a value is written.
    TIMER1.reload.write(0);
    TIME.with(State::wake_due);
    TIMER1.control.write(Timer::ENABLE | Timer::INTERRUPT);
}

/// Wakes the tasks that are due.
pub(crate) fn on_alarm() {
    TIMER1.interrupt.write(1);
    TIME.with(State::wake_due);
}

impl Timers {
    fn with<R>(&self, f: impl FnOnce(&mut State) -> R) -> R {
        critical_section::with(|cs| f(&mut self.0.borrow_ref_mut(cs)))
    }
}

impl Driver for Timers {
    fn now(&self) -> u64 {
        self.with(State::now)
    }

    fn schedule_wake(&self, at: u64, waker: &Waker) {
        self.with(|state| {
            if state.queue.schedule_wake(at, waker) {
                state.wake_due();
            }
        });
    }
}

impl State {
    fn now(&mut self) -> u64 {
        let counted = u32::MAX - TIMER0.value.read();
        if counted < self.last {
            self.turns += 1;
        }
        self.last = counted;
        ((self.turns << 32) | u64::from(counted)) / TICKS_PER_US
    }

    /// Wakes the tasks that are due, and sets the alarm to the next wake.
    fn wake_due(&mut self) {
        let now = self.now();
        let next = self.queue.next_expiration(now);
        let micros = next.saturating_sub(now);
        // One tick after the wake, so that the wake is due when the alarm fires. Never 0, which
        // would stop the timer.
        let ticks = micros.saturating_mul(TICKS_PER_US).min(MAX_TICKS) + 1;
        TIMER1.value.write(u32::try_from(ticks).unwrap_or(u32::MAX));
    }
}
