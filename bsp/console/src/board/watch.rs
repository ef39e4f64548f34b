use akira::{Event, Native, NativeModule};
use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::RefCell;
use core::fmt;

/// Callback for each event; gets `None` if apps have changed without an event.
type Watcher = dyn Fn(Option<&Event<'_>>);

/// Module without calls: forwards changes of apps to a watcher and collects the apps that were left out.
#[derive(Default)]
pub struct Watch {
    watcher: RefCell<Option<Box<Watcher>>>,
    left_out: RefCell<Vec<(String, String)>>,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("left_out", &self.left_out)
            .finish_non_exhaustive()
    }
}

impl NativeModule for Watch {
    const CALLS: &'static [Native<Self>] = &[];

    fn observe(&self, event: &Event<'_>) {
        if let Event::LeftOut { name, error } = event {
            let mut left_out = self.left_out.borrow_mut();
            left_out.push(((*name).to_owned(), error.to_string()));
        }
        self.tell(Some(event));
    }
}

impl Watch {
    pub(super) fn set(&self, watcher: impl Fn(Option<&Event<'_>>) + 'static) {
        self.watcher.replace(Some(Box::new(watcher)));
    }

    /// Takes the names of the apps that were left out since the last call of this function, with the reasons.
    pub(crate) fn take_left_out(&self) -> Vec<(String, String)> {
        self.left_out.take()
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
