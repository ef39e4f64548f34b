//! Limits the number of peers of one kind. Each peer holds a place with a deadline, which progress
//! extends.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// Fixed number of places of one kind. If all are taken, a new peer displaces the one with the
/// earliest deadline.
#[derive(Debug)]
pub(super) struct Places {
    capacity: usize,
    taken: Mutex<Vec<Arc<Seat>>>,
}

/// Place of one peer. A drop frees it.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    seat: Arc<Seat>,
}

#[derive(Debug)]
struct Seat {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Clone, Copy, Debug)]
struct State {
    deadline: Instant,
    displaced: bool,
}

/// Reason why a peer loses its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// Its deadline has passed.
    Overdue,
    /// Another peer took the place, because this one had the earliest deadline.
    Displaced,
}

impl Places {
    pub(super) fn new(capacity: usize) -> Arc<Self> {
        let taken = Mutex::default();
        Arc::new(Self { capacity, taken })
    }

    /// Takes a place until `deadline`. If all are taken, displaces the peer with the earliest
    /// deadline if that is before `spared`; otherwise returns `None`.
    pub(super) fn enter(self: &Arc<Self>, deadline: Instant, spared: Instant) -> Option<Place> {
        let mut taken = lock(&self.taken);
        if taken.len() >= self.capacity {
            let deadlines = taken.iter().map(|seat| lock(&seat.state).deadline);
            let index = akira_peers::displaced(deadlines, spared)?;
            taken.remove(index).displace();
        }
        let seat = Arc::new(Seat::new(deadline));
        taken.push(seat.clone());
        let places = self.clone();
        Some(Place { places, seat })
    }
}

impl Place {
    /// Sets the deadline.
    pub(super) fn hold_until(&self, deadline: Instant) {
        lock(&self.seat.state).deadline = deadline;
        self.seat.changed.notify_one();
    }

    /// Waits until the place is lost. Only one task may wait at a time.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub(super) async fn lost(&self) -> Loss {
        loop {
            let State {
                deadline,
                displaced,
            } = *lock(&self.seat.state);
            if displaced {
                return Loss::Displaced;
            }
            if deadline <= Instant::now() {
                return Loss::Overdue;
            }
            tokio::select! {
                () = self.seat.changed.notified() => {}
                () = sleep_until(deadline) => {}
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.places.taken).retain(|seat| !Arc::ptr_eq(seat, &self.seat));
    }
}

impl Seat {
    fn new(deadline: Instant) -> Self {
        let state = State {
            deadline,
            displaced: false,
        };
        Self {
            state: Mutex::new(state),
            changed: Notify::new(),
        }
    }

    fn displace(&self) {
        lock(&self.state).displaced = true;
        self.changed.notify_one();
    }
}

/// Locks a mutex. Poisoning is ignored: no code panics while a value is inconsistent.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
