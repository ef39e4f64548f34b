use core::cell::{Cell, RefCell};

use akira_abi::{AppId, Errno};
use heapless::Vec;

use crate::Event;
use crate::queue::AppQueue;

/// State of the buttons and the dial of a device, for up to `APPS` apps at once.
///
/// The board reports edges: presses and releases. An app reads the state of the buttons, or polls
/// the edges from its own queue. Once an app has the [focus](Self::focus), only that app sees the
/// input, so an app in the background cannot log keys.
#[derive(Debug)]
pub struct Buttons<const APPS: usize> {
    /// Held buttons as the board reported them: bit n is the button with id n.
    held: Cell<u32>,
    /// Buttons that have been held since before the last change of focus. No app sees these buttons
    /// until they are released.
    stale: Cell<u32>,
    dial: Cell<u8>,
    focus: Cell<Option<AppId>>,
    queues: RefCell<Vec<AppQueue, APPS>>,
}

impl<const APPS: usize> Buttons<APPS> {
    /// Creates the state in which no button is held, the dial is at 0, and every app sees the
    /// input.
    pub const fn new() -> Self {
        Self {
            held: Cell::new(0),
            stale: Cell::new(0),
            dial: Cell::new(0),
            focus: Cell::new(None),
            queues: RefCell::new(Vec::new()),
        }
    }

    /// Sets whether the button `button_id`, 0-31, is pressed.
    ///
    /// The board calls this function. Setting the same state again has no effect.
    ///
    /// # Errors
    ///
    /// `EINVAL` if `button_id` is above 31.
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

    /// Sets the position of the dial, 0-255. The board calls this function.
    pub fn set_dial(&self, position: u8) {
        self.dial.set(position);
    }

    /// Gives the focus to `app`, which then is the only app that sees the input; with `None`, every
    /// app sees the input. The runtime calls this function at each change of the foreground app.
    ///
    /// Buttons held at the time of the call are hidden from all apps until they are released, so
    /// the press that opened an app does not act in the app. An app that loses the focus loses the
    /// events that it has not polled. The app gets a release for each button whose press it has
    /// polled.
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

    /// Returns the held buttons that `app` sees as a bit mask: bit n is set if the button with id n
    /// is held.
    pub fn buttons(&self, app: AppId) -> u32 {
        if self.sees(app) { self.visible() } else { 0 }
    }

    /// Removes and returns the oldest edge in the queue of `app`, or `None` if the queue is empty.
    ///
    /// For an app that has not had the focus, the first poll begins with a press for each held
    /// button. The queue holds 16 edges; edges reported while it is full are dropped and counted.
    /// Once the queue has room, it receives the edges that lead to the current state of the
    /// buttons, so a full queue may lose a short press but leaves no button stuck.
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

    /// Returns the position of the dial, 0-255. For an app without the focus, returns 0.
    pub fn dial(&self, app: AppId) -> u32 {
        if self.sees(app) {
            u32::from(self.dial.get())
        } else {
            0
        }
    }

    /// Returns the number of edges that were reported while the queue of `app` was full.
    pub fn dropped(&self, app: AppId) -> u32 {
        let queues = self.queues.borrow();
        queues
            .iter()
            .find(|q| q.app == app)
            .map_or(0, |q| q.dropped)
    }

    /// Removes the queue of `app`. The runtime calls this function when the app ends. The focus
    /// stays until the runtime moves it.
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
