use core::array;
use core::cell::Cell;

use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::signal::Signal;
use embassy_time::Instant;

/// Sockets of one service. One socket always listens: when the last one is taken, the peer with the
/// earliest deadline is displaced.
pub(super) struct Slots<const N: usize>([Slot; N]);

struct Slot {
    /// Deadline of an idle peer; `Instant::MAX` for a socket that listens, or whose peer must not
    /// be displaced.
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

    /// Marks a socket as waiting for a peer.
    pub(super) fn listen(&self, index: usize) {
        if let Some(slot) = self.0.get(index) {
            slot.deadline.set(Instant::MAX);
            slot.listens.set(true);
        }
    }

    /// Marks a socket as connected. Displaces another peer if no socket listens any more.
    pub(super) fn take(&self, index: usize, deadline: Instant) {
        if let Some(slot) = self.0.get(index) {
            slot.displaced.reset();
            slot.listens.set(false);
        }
        // The deadline of the new peer is still `Instant::MAX`, so it does not displace itself.
        let deadlines = self.0.iter().map(|slot| slot.deadline.get());
        if !self.0.iter().any(|slot| slot.listens.get())
            && let Some(nearest) = akira_peers::displaced(deadlines, Instant::MAX)
            && let Some(slot) = self.0.get(nearest)
        {
            // This peer is now being displaced; the next new peer must displace another one.
            slot.deadline.set(Instant::MAX);
            slot.displaced.signal(());
        }
        self.hold_until(index, deadline);
    }

    /// Sets the deadline. A peer with `Instant::MAX` is never displaced.
    pub(super) fn hold_until(&self, index: usize, deadline: Instant) {
        if let Some(slot) = self.0.get(index) {
            slot.deadline.set(deadline);
        }
    }

    /// Waits until the peer is displaced.
    pub(super) async fn displaced(&self, index: usize) {
        if let Some(slot) = self.0.get(index) {
            slot.displaced.wait().await;
        }
    }
}
