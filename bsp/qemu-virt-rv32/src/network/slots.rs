use core::array;
use core::cell::Cell;

use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::signal::Signal;
use embassy_time::Instant;

/// The sockets of one service. One always listens: where none is left, the peer that is nearest to its deadline makes
/// room.
pub(super) struct Slots<const N: usize>([Slot; N]);

struct Slot {
    /// Until when its peer may do nothing; the end of time for a socket that listens, or whose peer stays.
    deadline: Cell<Instant>,
    listens: Cell<bool>,
    displaced: Signal<NoopRawMutex, ()>,
}

impl<const N: usize> Slots<N> {
    pub(super) fn new() -> Self {
        Self(array::from_fn(|_| Slot {
            deadline: Cell::new(Instant::MAX),
            listens: Cell::new(false),
            displaced: Signal::new(),
        }))
    }

    /// Notes that a socket waits for a peer.
    pub(super) fn listen(&self, index: usize) {
        if let Some(slot) = self.0.get(index) {
            slot.deadline.set(Instant::MAX);
            slot.listens.set(true);
        }
    }

    /// Notes that a peer has come, and sends another away if nothing listens any more.
    pub(super) fn take(&self, index: usize, deadline: Instant) {
        if let Some(slot) = self.0.get(index) {
            slot.displaced.reset();
            slot.listens.set(false);
        }
        // The newcomer is not among those that make room.
        let deadlines = self.0.iter().map(|slot| slot.deadline.get());
        if !self.0.iter().any(|slot| slot.listens.get())
            && let Some(nearest) = akira_peers::displaced(deadlines, Instant::MAX)
            && let Some(slot) = self.0.get(nearest)
        {
            // It is on its way out, so the next newcomer sends away another.
            slot.deadline.set(Instant::MAX);
            slot.displaced.signal(());
        }
        self.hold_until(index, deadline);
    }

    /// Sets another deadline. A peer without one, at the end of time, makes no room for others.
    pub(super) fn hold_until(&self, index: usize, deadline: Instant) {
        if let Some(slot) = self.0.get(index) {
            slot.deadline.set(deadline);
        }
    }

    /// Waits until the peer has to go.
    pub(super) async fn displaced(&self, index: usize) {
        if let Some(slot) = self.0.get(index) {
            slot.displaced.wait().await;
        }
    }
}
