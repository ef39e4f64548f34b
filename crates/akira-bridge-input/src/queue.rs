use akira_abi::AppId;
use heapless::Deque;

use crate::Event;

/// Capacity of a queue in edges, as on AkiraOS.
pub(crate) const EVENTS: usize = 16;

/// Edges that one app has not polled yet, and the state of the buttons before and after these
/// edges.
#[derive(Debug)]
pub(crate) struct AppQueue {
    pub(crate) app: AppId,
    pub(crate) dropped: u32,
    events: Deque<Event, EVENTS>,
    /// Buttons that are held according to the edges polled so far.
    told: u32,
    /// Buttons that are held according to the polled and the queued edges.
    queued: u32,
}

impl AppQueue {
    pub(crate) const fn new(app: AppId) -> Self {
        Self {
            app,
            dropped: 0,
            events: Deque::new(),
            told: 0,
            queued: 0,
        }
    }

    /// Queues the edge that has just changed the state of the buttons to `view`, or counts the edge
    /// as dropped if the queue is full.
    pub(crate) fn edge(&mut self, view: u32) {
        if self.events.is_full() {
            self.dropped = self.dropped.saturating_add(1);
        }
        self.follow(view);
    }

    /// Queues the edges from the queued state to `view`, as far as the queue has room.
    pub(crate) fn follow(&mut self, view: u32) {
        let mut edges = self.queued ^ view;
        while edges != 0 && !self.events.is_full() {
            let button_id = edges.trailing_zeros();
            self.push(button_id, view >> button_id & 1 == 1);
            edges &= edges - 1;
        }
    }

    fn push(&mut self, button_id: u32, pressed: bool) {
        if self.events.push_back(Event { button_id, pressed }).is_ok() {
            self.queued ^= 1 << button_id;
        }
    }

    /// Discards the edges that the app has not polled.
    pub(crate) fn discard(&mut self) {
        self.events.clear();
        self.queued = self.told;
    }

    pub(crate) fn pop(&mut self) -> Option<Event> {
        let event = self.events.pop_front()?;
        self.told ^= 1 << event.button_id;
        Some(event)
    }
}
