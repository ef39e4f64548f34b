use super::Runtime;
use crate::board::Board;
use crate::engine::Engine;
use core::cell::{Cell, RefCell};
use core::future::poll_fn;
use core::task::{Poll, Waker};

/// How often something happened to an app, and who waits for the next time.
#[derive(Default)]
pub(super) struct Changes {
    count: Cell<u32>,
    waker: RefCell<Option<Waker>>,
}

impl Changes {
    /// Counts an event.
    pub(super) fn note(&self) {
        self.count.set(self.count.get().wrapping_add(1));
        // A waker may run anything, so nothing is borrowed meanwhile.
        let waker = self.waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<B: Board, E: Engine> Runtime<B, E> {
    /// Waits until more [events](crate::Event) happened than `seen`, and sets that to how many there were; begin with 0.
    ///
    /// For one task: of several that wait, the last one is woken.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
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
