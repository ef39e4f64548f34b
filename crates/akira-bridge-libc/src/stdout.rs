use akira_abi::AppId;
use akira_abi::caps::AppName;
use alloc::vec::Vec;
use core::cell::RefCell;

/// Maximum length of a line, in bytes. A longer line is split.
pub const MAX_LINE: usize = 256;

/// Standard output of all apps, collected into lines for each app.
#[derive(Debug, Default)]
pub struct Stdout {
    apps: RefCell<Vec<Pending>>,
}

#[derive(Debug)]
struct Pending {
    app: AppId,
    name: Option<AppName>,
    line: Vec<u8>,
}

impl Stdout {
    /// Creates a standard output without apps.
    pub const fn new() -> Self {
        Self {
            apps: RefCell::new(Vec::new()),
        }
    }

    /// Prints bytes of an app. `emit` receives each complete line, without its newline.
    pub fn print(&self, app: AppId, name: &str, bytes: &[u8], mut emit: impl FnMut(&[u8])) {
        let mut pending = self.take(app, name);
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = rest.len().min(MAX_LINE - pending.line.len());
            let end = rest[..room].iter().position(|byte| *byte == b'\n');
            let (line, after) = rest.split_at(end.unwrap_or(room));
            pending.line.extend_from_slice(line);
            rest = after.get(usize::from(end.is_some())..).unwrap_or_default();
            if end.is_some() || pending.line.len() >= MAX_LINE {
                emit(&pending.line);
                pending.line.clear();
            }
        }
        self.apps.borrow_mut().push(pending);
    }

    /// Removes an app. `emit` receives its name and its unfinished line, unless the line is empty.
    pub fn release(&self, app: AppId, emit: impl FnOnce(&str, &[u8])) {
        let mut apps = self.apps.borrow_mut();
        let Some(index) = apps.iter().position(|pending| pending.app == app) else {
            return;
        };
        let pending = apps.swap_remove(index);
        drop(apps);
        if !pending.line.is_empty() {
            emit(pending.name.as_ref().map_or("", |name| name), &pending.line);
        }
    }

    /// Removes and returns the app's unfinished line, so that the list is not borrowed while lines
    /// are emitted.
    fn take(&self, app: AppId, name: &str) -> Pending {
        let mut apps = self.apps.borrow_mut();
        let known = apps.iter().position(|pending| pending.app == app);
        known.map_or_else(
            || Pending {
                app,
                name: AppName::new(name),
                line: Vec::new(),
            },
            |index| apps.swap_remove(index),
        )
    }
}
