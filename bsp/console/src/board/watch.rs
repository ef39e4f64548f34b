use akira::{Event, Native, NativeModule};
use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::RefCell;
use core::fmt;

/// Hears each event, and nothing if apps have changed without one.
type Watcher = dyn Fn(Option<&Event<'_>>);

/// Who hears that apps have changed, and what was left out of them: a module without calls.
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

    /// Takes the names of the apps that were left out since this was last called, and why.
    pub(crate) fn take_left_out(&self) -> Vec<(String, String)> {
        self.left_out.take()
    }

    /// Lets the watcher know that the apps or their states have changed.
    pub(crate) fn changed(&self) {
        self.tell(None);
    }

    fn tell(&self, event: Option<&Event<'_>>) {
        if let Some(watcher) = self.watcher.borrow().as_ref() {
            watcher(event);
        }
    }
}
