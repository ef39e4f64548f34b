//! The console's log: the lines of apps and of the device itself.

use crate::protocol::{Level, LogLine};
use akira::abi::caps::Harmless;
use akira::log::{LogSink, Record};
use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::fmt;

/// Number of lines that the log keeps.
const KEPT: usize = 2_000;

/// Log in RAM; clones are the same log.
#[derive(Clone, Default)]
pub struct Journal(Rc<Inner>);

#[derive(Default)]
struct Inner {
    lines: RefCell<VecDeque<Arc<LogLine>>>,
    last: Cell<u64>,
    listener: RefCell<Option<Listener>>,
}

/// Callback for each line as it is written.
type Listener = Box<dyn Fn(&Arc<LogLine>)>;

impl Journal {
    /// Creates an empty log.
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls `listener` with each line from now on; replaces the previous listener.
    pub fn listen(&self, listener: impl Fn(&Arc<LogLine>) + 'static) {
        self.0.listener.replace(Some(Box::new(listener)));
    }

    /// Returns the stored lines, the oldest first.
    pub fn lines(&self) -> Vec<LogLine> {
        self.0
            .lines
            .borrow()
            .iter()
            .map(|line| LogLine::clone(line))
            .collect()
    }

    fn push(&self, mut line: LogLine) {
        line.seq = self.0.last.get() + 1;
        // Lines of the device may quote text of apps or peers.
        (line.app, line.text) = (harmless(&line.app), harmless(&line.text));
        self.0.last.set(line.seq);
        let line = Arc::new(line);
        let mut lines = self.0.lines.borrow_mut();
        if lines.len() == KEPT {
            lines.pop_front();
        }
        lines.push_back(line.clone());
        drop(lines);
        if let Some(listener) = self.0.listener.borrow().as_ref() {
            listener(&line);
        }
    }
}

impl LogSink for Journal {
    fn write(&self, record: &Record<'_>) {
        self.push(LogLine {
            seq: 0,
            app: record.name.to_owned(),
            level: level(record.level),
            time_ms: record.time.as_millis(),
            text: record.text.to_owned(),
            dropped: record.dropped.into(),
        });
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Journal({} lines)", self.0.lines.borrow().len())
    }
}

fn harmless(text: &str) -> String {
    Harmless(text).to_string()
}

fn level(level: akira::log::Level) -> Level {
    match level {
        akira::log::Level::Error => Level::Error,
        akira::log::Level::Warn => Level::Warn,
        akira::log::Level::Info => Level::Info,
        akira::log::Level::Debug => Level::Debug,
    }
}
