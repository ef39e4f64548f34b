use core::cell::{Cell, RefCell};

use akira_abi::{AppId, Errno};
use heapless::Vec;

use crate::Event;
use crate::queue::AppQueue;

/// The buttons and the dial of a device, for up to `APPS` apps at once.
///
/// The board reports edges. Apps read the state or poll the edges, each app from its own queue. Once an app has the
/// [focus](Self::focus), only that app sees the input: an app in the background cannot log keys.
#[derive(Debug)]
pub struct Buttons<const APPS: usize> {
    /// Bit n is the button with id n, as the board reported it.
    held: Cell<u32>,
    /// Buttons held since before the last change of focus. No app sees them until they are released.
    stale: Cell<u32>,
    dial: Cell<u8>,
    focus: Cell<Option<AppId>>,
    queues: RefCell<Vec<AppQueue, APPS>>,
}

impl<const APPS: usize> Buttons<APPS> {
    /// Makes the buttons of a device. None is held, the dial is at 0, and every app sees the input.
    pub const fn new() -> Self {
        Self {
            held: Cell::new(0),
            stale: Cell::new(0),
            dial: Cell::new(0),
            focus: Cell::new(None),
            queues: RefCell::new(Vec::new()),
        }
    }

    /// Reports that the button `button_id`, 0-31, is now down or up.
    ///
    /// The board calls it. Reporting the same state again has no effect.
    ///
    /// # Errors
    ///
    /// `EINVAL` if the id is above 31.
    pub fn set(&self, button_id: u32, pressed: bool) -> Result<(), Errno> {
        let bit = 1u32.checked_shl(button_id).ok_or(Errno::EINVAL)?;
        let before = self.visible();
        let others = self.held.get() & !bit;
        self.held.set(if pressed { others | bit } else { others });
        self.stale.set(self.stale.get() & self.held.get());
        if self.visible() != before {
            self.queue_edge();
        }
        Ok(())
    }

    /// Reports the position of the dial. The board calls it.
    pub fn set_dial(&self, position: u8) {
        self.dial.set(position);
    }

    /// Gives the input to `app` alone, or to every app with `None`. The runtime calls it at each change of the
    /// foreground app.
    ///
    /// Buttons held at that moment are hidden from everyone until they are released, so the press that opened an app
    /// does not act in it. An app that loses the focus loses the events that it has not polled. It gets a release for
    /// each button whose press it has polled.
    pub fn focus(&self, app: Option<AppId>) {
        if self.focus.replace(app) == app {
            return;
        }
        self.stale.set(self.held.get());
        for queue in self.queues.borrow_mut().iter_mut() {
            queue.discard();
            queue.follow(self.buttons(queue.app));
        }
        if let Some(app) = app {
            // If no queue is free, the app's first poll returns the error.
            let _ = self.with_queue(app, |_| ());
        }
    }

    /// Returns the held buttons that `app` sees: bit n is the button with id n.
    pub fn buttons(&self, app: AppId) -> u32 {
        if self.sees(app) { self.visible() } else { 0 }
    }

    /// Removes and returns the oldest edge that `app` has not polled, or `None`.
    ///
    /// The first poll of an app that has not had the focus begins with a press for each button held. The queue holds 16
    /// edges. Later edges are dropped and counted. Once the queue has room, edges to the current state of the buttons
    /// are queued, so a full queue may lose a short press but leaves no button stuck.
    ///
    /// # Errors
    ///
    /// `ENOMEM` if `APPS` other apps have queues.
    pub fn poll_event(&self, app: AppId) -> Result<Option<Event>, Errno> {
        let view = self.buttons(app);
        self.with_queue(app, |queue| {
            let event = queue.pop();
            queue.follow(view);
            event.or_else(|| queue.pop())
        })
    }

    /// Returns the position of the dial, 0-255, or 0 to an app without the focus.
    pub fn dial(&self, app: AppId) -> u32 {
        if self.sees(app) {
            u32::from(self.dial.get())
        } else {
            0
        }
    }

    /// Returns how many edges were reported while the queue of `app` was full.
    pub fn dropped(&self, app: AppId) -> u32 {
        let queues = self.queues.borrow();
        queues
            .iter()
            .find(|q| q.app == app)
            .map_or(0, |q| q.dropped)
    }

    /// Removes the queue of `app`. The runtime calls it when the app ends. The focus stays until the runtime moves it.
    pub fn release(&self, app: AppId) {
        self.queues.borrow_mut().retain(|q| q.app != app);
    }

    fn sees(&self, app: AppId) -> bool {
        self.focus.get().is_none_or(|focused| focused == app)
    }

    fn visible(&self) -> u32 {
        self.held.get() & !self.stale.get()
    }

    fn queue_edge(&self) {
        for queue in self.queues.borrow_mut().iter_mut() {
            if self.sees(queue.app) {
                queue.edge(self.visible());
            }
        }
    }

    fn with_queue<T>(&self, app: AppId, f: impl FnOnce(&mut AppQueue) -> T) -> Result<T, Errno> {
        let mut queues = self.queues.borrow_mut();
        if let Some(queue) = queues.iter_mut().find(|q| q.app == app) {
            return Ok(f(queue));
        }
        let mut queue = AppQueue::new(app);
        let result = f(&mut queue);
        queues.push(queue).map_err(|_| Errno::ENOMEM)?;
        Ok(result)
    }
}

impl<const APPS: usize> Default for Buttons<APPS> {
    fn default() -> Self {
        Self::new()
    }
}
