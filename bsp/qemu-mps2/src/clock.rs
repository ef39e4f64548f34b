//! The time: one timer counts on, the other wakes when something is due.

use core::cell::RefCell;
use core::task::Waker;

use akira::abi::{Clock, Instant};
use critical_section::Mutex;
use heapless::Vec;

use crate::register::{TIMER0, TIMER1, Timer};

const TICKS_PER_US: u64 = 25;

/// The alarm never sleeps longer than this, 80 s, so that no turn of the counter, 171 s, goes unnoticed.
const TICKS_MOST: u64 = 2_000_000_000;

/// The most wakes that are kept: more than there are tasks and things that one waits for.
const WAKES: usize = 16;

static STATE: Mutex<RefCell<State>> = Mutex::new(RefCell::new(State {
    turns: 0,
    last: 0,
    wakes: Vec::new(),
}));

/// The board's clock: a handle to its timers.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct BoardClock;

struct State {
    /// How often the counter has come round.
    turns: u64,
    /// What it was when it was last looked at.
    last: u32,
    wakes: Vec<Wake, WAKES>,
}

struct Wake {
    at: Instant,
    waker: Waker,
}

impl BoardClock {
    /// Starts the timers.
    pub(crate) fn start() -> Self {
        TIMER0.reload.write(u32::MAX);
        TIMER0.value.write(u32::MAX);
        TIMER0.control.write(Timer::ENABLE);
        // With nothing to reload it stops at 0, until it is given a value.
        TIMER1.reload.write(0);
        with(State::set_alarm);
        TIMER1.control.write(Timer::ENABLE | Timer::INTERRUPT);
        Self
    }
}

impl Clock for BoardClock {
    fn now(&self) -> Instant {
        with(State::now)
    }

    /// Wakes at once if `at` has come. Where there is no place for another wake, the one that is due first comes early.
    fn wake_at(&self, at: Instant, waker: &Waker) {
        if at == Instant::NEVER {
            return;
        }
        let wake = Wake {
            at,
            waker: waker.clone(),
        };
        let early = with(|state| {
            let early = state.keep(wake);
            state.set_alarm();
            early
        });
        if let Some(waker) = early {
            waker.wake();
        }
    }
}

/// Wakes what is due.
pub(crate) fn on_alarm() {
    TIMER1.interrupt.write(1);
    while let Some(waker) = with(State::take_due) {
        waker.wake();
    }
    with(State::set_alarm);
}

fn with<R>(f: impl FnOnce(&mut State) -> R) -> R {
    critical_section::with(|cs| f(&mut STATE.borrow_ref_mut(cs)))
}

impl State {
    fn now(&mut self) -> Instant {
        let counted = u32::MAX - TIMER0.value.read();
        if counted < self.last {
            self.turns += 1;
        }
        self.last = counted;
        Instant::from_micros(((self.turns << 32) | u64::from(counted)) / TICKS_PER_US)
    }

    /// Keeps a wake; returns a waker that has to be woken for it now, if there is one.
    fn keep(&mut self, wake: Wake) -> Option<Waker> {
        let same = |kept: &Wake| kept.at == wake.at && kept.waker.will_wake(&wake.waker);
        if self.wakes.iter().any(same) {
            return None;
        }
        let early = if self.wakes.is_full() {
            self.first().map(|first| self.wakes.swap_remove(first))
        } else {
            None
        };
        let refused = self.wakes.push(wake).err();
        early.or(refused).map(|wake| wake.waker)
    }

    fn take_due(&mut self) -> Option<Waker> {
        let now = self.now();
        let first = self.first()?;
        let due = self.wakes.get(first).is_some_and(|wake| wake.at <= now);
        due.then(|| self.wakes.swap_remove(first).waker)
    }

    /// Returns the index of the wake that is due first.
    fn first(&self) -> Option<usize> {
        let wakes = self.wakes.iter().enumerate();
        let first = wakes.min_by_key(|(_, wake)| wake.at);
        first.map(|(index, _)| index)
    }

    /// Sets the alarm to the wake that is due first.
    fn set_alarm(&mut self) {
        let now = self.now();
        let first = self.wakes.iter().map(|wake| wake.at).min();
        let micros = first.map_or(u64::MAX, |at| {
            at.as_micros().saturating_sub(now.as_micros())
        });
        // One tick more than the time, so that it has come; and never 0, which would stop the timer.
        let ticks = micros.saturating_mul(TICKS_PER_US).min(TICKS_MOST) + 1;
        TIMER1.value.write(u32::try_from(ticks).unwrap_or(u32::MAX));
    }
}
