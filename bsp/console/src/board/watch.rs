use akira::{Event, Native, NativeModule};
use alloc::boxed::Box;
use core::cell::RefCell;
use core::fmt;

/// Callback for each event; gets `None` if apps have changed without an event.
type Watcher = dyn Fn(Option<&Event<'_>>);

/// Module without calls: forwards changes of apps to a watcher.
#[derive(Default)]
pub struct Watch {
    watcher: RefCell<Option<Box<Watcher>>>,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}

impl NativeModule for Watch {
    const CALLS: &'static [Native<Self>] = &[];

    fn observe(&self, event: &Event<'_>) {
        self.tell(Some(event));
    }
}

impl Watch {
    pub(super) fn set(&self, watcher: impl Fn(Option<&Event<'_>>) + 'static) {
        self.watcher.replace(Some(Box::new(watcher)));
    }

    /// Notifies the watcher that the apps or their states have changed.
    pub(crate) fn changed(&self) {
        self.tell(None);
    }

    fn tell(&self, event: Option<&Event<'_>>) {
        if let Some(watcher) = self.watcher.borrow().as_ref() {
            watcher(event);
        }
    }
}
