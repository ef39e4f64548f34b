//! A clock that advances only on request, for tests and simulation.

use akira_abi::{Clock, Instant};
use core::cell::RefCell;
use core::task::Waker;
use core::time::Duration;
use heapless::Vec;

/// Clock whose time stands still until the caller advances it.
///
/// The clock holds up to `N` wakes, each a waker with its time. When one more wake is requested,
/// the task whose wake is due first is woken at once to make room; the task then finds that its
/// time has not come, and requests its wake again. `N` must therefore be at least the number of
/// tasks that sleep at the same time, otherwise they wake each other in turn while the clock stands
/// still.
///
/// Dropping a future does not cancel its wake: [`advance_to_next`](Self::advance_to_next) still
/// stops at the time of that wake and wakes the task spuriously.
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
    /// Creates a clock that stands at [`Instant::START`] and holds up to 64 wakes.
    ///
    /// For another capacity, use [`VirtualClock::starting_at`].
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
    /// Creates a clock that stands at the time `now`.
    pub const fn starting_at(now: Instant) -> Self {
        let wakes = Vec::new();
        Self {
            state: RefCell::new(State { now, wakes }),
        }
    }

    /// Advances the clock by `duration` in one step, and then wakes all due tasks, in order of
    /// their times.
    ///
    /// The woken tasks see the new time, not the time that they requested. If that matters, use
    /// [`advance_to_next`](Self::advance_to_next).
    pub fn advance(&self, duration: Duration) {
        self.go_to(self.now() + duration);
    }

    /// Advances the clock to the time of the next wake, and wakes all tasks due then. Returns the
    /// new time, or `None` if no wake is pending.
    pub fn advance_to_next(&self) -> Option<Instant> {
        let next = self.next_wake()?;
        self.go_to(next);
        Some(next)
    }

    /// Returns the time at which the next wake is due, or `None` if no wake is pending.
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

    /// Wakes the waker at once if `at` is not in the future. Never wakes it for [`Instant::NEVER`].
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
    /// Stores a wake. Returns the wake that was removed to make room, if any.
    ///
    /// Two requests of the same task for the same time are one wake. A request of the same task for
    /// another time is a second wake, because the task may hold two timers and not poll the later
    /// one when the earlier wakes it.
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

    /// Returns the index of the wake that is due first. Of several due at the same time, it is the
    /// wake that was requested first.
    fn first(&self) -> Option<usize> {
        let times = self.wakes.iter().map(|w| w.at).enumerate();
        times.min_by_key(|(_, at)| *at).map(|(index, _)| index)
    }
}
