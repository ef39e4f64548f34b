//! Clock of a console: the host's clock or virtual time.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::Waker;
use std::time::Duration;

use akira::abi::{Clock, Instant};
use akira::time::virtual_clock::VirtualClock;
use tokio::sync::Notify;

use crate::protocol::ClockKind;

/// Clock of a console; clones are the same clock.
#[derive(Clone, Debug)]
pub struct SimClock(Rc<Kind>);

#[derive(Debug)]
enum Kind {
    Real(RealClock),
    Virtual(Box<Virtual>),
}

/// Virtual clock, with the remainder of fuel that is worth less than a microsecond.
#[derive(Debug)]
struct Virtual {
    clock: VirtualClock,
    fuel_per_us: u64,
    fuel: Cell<u64>,
}

impl SimClock {
    /// Creates a clock at time zero. Virtual time advances by one millisecond for each
    /// `fuel_per_ms` units of fuel.
    pub fn new(kind: ClockKind, fuel_per_ms: u64) -> Self {
        Self(Rc::new(match kind {
            ClockKind::Real => Kind::Real(RealClock::new()),
            ClockKind::Virtual => Kind::Virtual(Box::new(Virtual {
                clock: VirtualClock::default(),
                fuel_per_us: (fuel_per_ms / 1_000).max(1),
                fuel: Cell::default(),
            })),
        }))
    }

    /// Returns the kind of clock: real or virtual.
    pub fn kind(&self) -> ClockKind {
        match *self.0 {
            Kind::Real(_) => ClockKind::Real,
            Kind::Virtual(_) => ClockKind::Virtual,
        }
    }

    /// Advances virtual time by the fuel that an app has used. Does nothing on real time.
    pub fn compute(&self, fuel: u64) {
        let Kind::Virtual(time) = &*self.0 else {
            return;
        };
        let fuel = time.fuel.get() + fuel;
        time.fuel.set(fuel % time.fuel_per_us);
        let us = fuel / time.fuel_per_us;
        if us > 0 {
            time.clock.advance(Duration::from_micros(us));
        }
    }

    /// Advances virtual time to the next wake, or to `limit` if that is earlier. Returns whether a
    /// task was woken. Does nothing on real time.
    pub fn skip_idle(&self, limit: Instant) -> bool {
        let Kind::Virtual(time) = &*self.0 else {
            return false;
        };
        match time.clock.next_wake() {
            Some(at) if at <= limit => time.clock.advance_to_next().is_some(),
            _ => {
                time.clock.advance(limit.since(time.clock.now()));
                false
            }
        }
    }

    /// Wakes the tasks whose time has come; never returns. On virtual time it does nothing.
    ///
    /// # Cancel safety
    ///
    /// A drop loses no wake; a later call resumes.
    pub async fn drive(&self) {
        match &*self.0 {
            Kind::Real(clock) => clock.drive().await,
            Kind::Virtual(_) => std::future::pending().await,
        }
    }
}

impl Clock for SimClock {
    fn now(&self) -> Instant {
        match &*self.0 {
            Kind::Real(clock) => clock.now(),
            Kind::Virtual(time) => time.clock.now(),
        }
    }

    fn wake_at(&self, at: Instant, waker: &Waker) {
        match &*self.0 {
            Kind::Real(clock) => clock.wake_at(at, waker),
            Kind::Virtual(time) => time.clock.wake_at(at, waker),
        }
    }
}

/// The host's monotonic clock.
#[derive(Debug)]
struct RealClock {
    start: tokio::time::Instant,
    /// The next wake of each task. A wake is removed when it is due; the task registers the next
    /// one.
    wakes: RefCell<Vec<(Instant, Waker)>>,
    changed: Notify,
}

impl RealClock {
    fn new() -> Self {
        Self {
            start: tokio::time::Instant::now(),
            wakes: RefCell::default(),
            changed: Notify::new(),
        }
    }

    fn now(&self) -> Instant {
        Instant::START + self.start.elapsed()
    }

    fn wake_at(&self, at: Instant, waker: &Waker) {
        let mut wakes = self.wakes.borrow_mut();
        match wakes.iter_mut().find(|(_, known)| known.will_wake(waker)) {
            Some((known, _)) if *known <= at => return,
            Some((known, _)) => *known = at,
            None => wakes.push((at, waker.clone())),
        }
        self.changed.notify_one();
    }

    async fn drive(&self) {
        loop {
            let next = self.wakes.borrow().iter().map(|(at, _)| *at).min();
            match next {
                Some(at) if at <= self.now() => self.wake_due(),
                Some(at) => {
                    let sleep = tokio::time::sleep(at.since(self.now()));
                    tokio::select! { () = sleep => {}, () = self.changed.notified() => {} }
                }
                None => self.changed.notified().await,
            }
        }
    }

    fn wake_due(&self) {
        let now = self.now();
        let due: Vec<_> = self
            .wakes
            .borrow_mut()
            .extract_if(.., |(at, _)| *at <= now)
            .collect();
        for (_, waker) in due {
            waker.wake();
        }
    }
}
