//! A clock that advances only on request, for tests and simulation.

use akira_abi::{Clock, Instant};
use core::cell::RefCell;
use core::task::Waker;
use core::time::Duration;
use heapless::Vec;

/// A clock that stands still until the caller advances it.
///
/// Holds up to `N` wakes. When one more is requested, the task whose wake is due first is woken at once to make room;
/// it then polls, finds that its time has not come and requests its wake again. So `N` must be at least the number of
/// tasks that sleep at a time, else they wake each other in turn while the clock stands still.
///
/// A dropped future cannot cancel its wake: [`advance_to_next`](Self::advance_to_next) still stops there and wakes the
/// task spuriously.
///
/// Wakers run after the clock's own state is updated, so they may use the clock.
#[derive(Debug)]
pub struct VirtualClock<const N: usize = 64> {
    state: RefCell<State<N>>,
}

#[derive(Debug)]
struct State<const N: usize> {
    now: Instant,
    wakes: Vec<Wake, N>,
}

#[derive(Debug)]
struct Wake {
    at: Instant,
    waker: Waker,
}

impl VirtualClock {
    /// Makes a clock that stands at the start and holds up to 64 wakes.
    ///
    /// Other capacities: [`VirtualClock::starting_at`].
    pub const fn new() -> Self {
        Self::starting_at(Instant::START)
    }
}

impl<const N: usize> Default for VirtualClock<N> {
    fn default() -> Self {
        Self::starting_at(Instant::START)
    }
}

impl<const N: usize> VirtualClock<N> {
    /// Makes a clock that stands at `now`.
    pub const fn starting_at(now: Instant) -> Self {
        let wakes = Vec::new();
        Self {
            state: RefCell::new(State { now, wakes }),
        }
    }

    /// Advances by `duration` in one step and then wakes all due tasks, in order of time.
    ///
    /// The woken tasks see the new time, not the time that they requested; step with
    /// [`advance_to_next`](Self::advance_to_next) where that matters.
    pub fn advance(&self, duration: Duration) {
        self.go_to(self.now() + duration);
    }

    /// Advances to the next wake, wakes all tasks due then and returns the new time, or `None` if no wake is pending.
    pub fn advance_to_next(&self) -> Option<Instant> {
        let next = self.next_wake()?;
        self.go_to(next);
        Some(next)
    }

    /// Returns when the next wake is due, or `None` if no wake is pending.
    pub fn next_wake(&self) -> Option<Instant> {
        self.state.borrow().wakes.iter().map(|w| w.at).min()
    }

    fn go_to(&self, now: Instant) {
        self.state.borrow_mut().now = now;
        while let Some(waker) = self.take_due() {
            waker.wake();
        }
    }

    fn take_due(&self) -> Option<Waker> {
        let mut state = self.state.borrow_mut();
        let first = state.first()?;
        (state.wakes[first].at <= state.now).then(|| state.wakes.remove(first).waker)
    }
}

impl<const N: usize> Clock for VirtualClock<N> {
    fn now(&self) -> Instant {
        self.state.borrow().now
    }

    /// Wakes at once if `at` is not in the future; never wakes for [`Instant::NEVER`].
    fn wake_at(&self, at: Instant, waker: &Waker) {
        if at <= self.now() {
            return waker.wake_by_ref();
        }
        if at == Instant::NEVER {
            return;
        }
        let waker = waker.clone();
        let evicted = self.state.borrow_mut().insert(Wake { at, waker });
        if let Some(wake) = evicted {
            wake.waker.wake();
        }
    }
}

impl<const N: usize> State<N> {
    /// Stores a wake. Returns the wake evicted for it, if any.
    ///
    /// The same task at the same time is one wake. The same task at another time is a second wake: the task may hold
    /// two timers and not poll the later one when the earlier wakes it.
    fn insert(&mut self, wake: Wake) -> Option<Wake> {
        if self.holds(&wake) {
            return None;
        }
        let evicted = self.make_room();
        match self.wakes.push(wake) {
            Ok(()) => evicted,
            Err(wake) => Some(wake),
        }
    }

    fn holds(&self, wake: &Wake) -> bool {
        self.wakes
            .iter()
            .any(|w| w.at == wake.at && w.waker.will_wake(&wake.waker))
    }

    fn make_room(&mut self) -> Option<Wake> {
        if !self.wakes.is_full() {
            return None;
        }
        self.first().map(|first| self.wakes.remove(first))
    }

    /// Returns the index of the wake that is due first; among equals the one requested first.
    fn first(&self) -> Option<usize> {
        let times = self.wakes.iter().map(|w| w.at).enumerate();
        times.min_by_key(|(_, at)| *at).map(|(index, _)| index)
    }
}
