use super::Runtime;
use crate::board::Board;
use crate::engine::Engine;
use core::cell::{Cell, RefCell};
use core::future::poll_fn;
use core::task::{Poll, Waker};

/// Number of events so far, and the waker of the task that waits for the next one.
#[derive(Default)]
pub(super) struct Changes {
    count: Cell<u32>,
    waker: RefCell<Option<Waker>>,
}

impl Changes {
    /// Counts an event.
    pub(super) fn note(&self) {
        self.count.set(self.count.get().wrapping_add(1));
        // A waker may run any code, so nothing may be borrowed during the call.
        let waker = self.waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<B: Board, E: Engine> Runtime<B, E> {
    /// Waits until at least one [event](crate::Event) happened since the last call. `seen` holds
    /// the number of events that the caller has seen: start with 0, and pass the same variable to
    /// each call.
    ///
    /// Only one task may wait: if several tasks wait, only the last one is woken.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn changed(&self, seen: &mut u32) {
        poll_fn(|cx| {
            let changes = &self.shared.changes;
            let count = changes.count.get();
            if count == *seen {
                changes.waker.replace(Some(cx.waker().clone()));
                return Poll::Pending;
            }
            *seen = count;
            Poll::Ready(())
        })
        .await;
    }
}
