use core::cell::{Cell, RefCell};

use akira_abi::{AppId, Errno};
use heapless::Vec;

use crate::Event;
use crate::queue::AppQueue;

/// The buttons and the dial of a device, for as many as `APPS` apps at once.
///
/// The board reports edges, apps read the state or poll the edges, each app from a queue of its own. Once the board
/// names an app that has the [focus](Self::focus), only that app sees them: an app in the background cannot log keys.
#[derive(Debug)]
pub struct Buttons<const APPS: usize> {
    /// Bit n is the button with id n, as the board reported it.
    held: Cell<u32>,
    /// Held since before the last change of focus: nobody's until released.
    stale: Cell<u32>,
    dial: Cell<u8>,
    focus: Cell<Option<AppId>>,
    queues: RefCell<Vec<AppQueue, APPS>>,
}

impl<const APPS: usize> Buttons<APPS> {
    /// Makes the buttons of a device: none is held, the dial is at 0, every app sees them.
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
    /// For the board. Reporting the same state again does nothing.
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

    /// Reports the position of the dial. For the board.
    pub fn set_dial(&self, position: u8) {
        self.dial.set(position);
    }

    /// Gives the buttons to `app` alone, or to every app with `None`. For the runtime, at each change of foreground.
    ///
    /// Buttons held at that moment are hidden from everyone until they are released, so the press that opened an app
    /// does not act in it. An app that loses the focus loses the events it has not polled, and finds a release for
    /// each button that it was told is down.
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
            // Without room the app is told so by its first poll.
            let _ = self.with_queue(app, |_| ());
        }
    }

    /// Returns the buttons that `app` sees held: bit n is the button with id n.
    pub fn buttons(&self, app: AppId) -> u32 {
        if self.sees(app) { self.visible() } else { 0 }
    }

    /// Takes the oldest edge that `app` has not polled, or `None`.
    ///
    /// The first poll of an app that has not had the focus begins with a press for each button held. The queue holds
    /// 16 edges. Later ones are dropped and counted; once there is room, what then differs from the state of the
    /// buttons is queued, so a full queue may cost a short press but leaves no button stuck.
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

    /// Returns how many edges found the queue of `app` full.
    pub fn dropped(&self, app: AppId) -> u32 {
        let queues = self.queues.borrow();
        queues
            .iter()
            .find(|q| q.app == app)
            .map_or(0, |q| q.dropped)
    }

    /// Forgets `app`. For the runtime, when the app ends; the focus stays until the runtime moves it.
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
