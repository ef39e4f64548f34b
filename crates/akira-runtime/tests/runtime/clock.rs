//! Test clock. It advances with the fuel that apps use, and jumps to the next wake-up when all apps
//! wait.

use akira_runtime::abi::{Clock, Instant};
use std::cell::{Cell, RefCell};
use std::task::Waker;
use std::time::Duration;

#[derive(Default)]
pub(crate) struct TestClock {
    now: Cell<Instant>,
    wakes: RefCell<Vec<(Instant, Waker)>>,
}

impl TestClock {
    pub(crate) fn advance(&self, time: Duration) {
        self.now.set(self.now.get() + time);
    }

    /// Wakes the wakers that are due.
    pub(crate) fn fire(&self) {
        let now = self.now.get();
        let mut wakes = self.wakes.borrow_mut();
        for (_, waker) in wakes.iter().filter(|(at, _)| *at <= now) {
            waker.wake_by_ref();
        }
        wakes.retain(|(at, _)| *at > now);
    }

    /// Jumps to the next wake-up and fires it. Jumps to `end` and returns `false` if none is due
    /// before.
    pub(crate) fn jump(&self, end: Instant) -> bool {
        let next = self.wakes.borrow().iter().map(|(at, _)| *at).min();
        let next = next.filter(|next| *next <= end);
        self.now.set(next.unwrap_or(end).max(self.now.get()));
        self.fire();
        next.is_some()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        self.now.get()
    }

    fn wake_at(&self, at: Instant, waker: &Waker) {
        let mut wakes = self.wakes.borrow_mut();
        if !wakes
            .iter()
            .any(|(known, by)| *known == at && by.will_wake(waker))
        {
            wakes.push((at, waker.clone()));
        }
    }
}
