//! What the host does with a console.

use akira::abi::Errno;

use super::{Console, Watch};
use crate::journal::Journal;

impl Console {
    /// Lets `watcher` know from now on when the apps or their states change.
    pub fn watch(&self, watcher: impl Fn() + 'static) {
        self.watch.set(watcher);
    }

    /// Presses or releases a button. Only the app that has the display sees it; if none has it, all do.
    ///
    /// # Errors
    ///
    /// `EINVAL` if there is no such button.
    pub fn press(&self, button: u32, pressed: bool) -> Result<(), Errno> {
        self.buttons.0.focus(self.display.display().owner());
        self.buttons.0.set(button, pressed)
    }

    /// Returns the log.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    pub(crate) fn watcher(&self) -> &Watch {
        &self.watch
    }
}
