//! The board's log, in RAM.

use core::fmt;

use akira::abi::{AppId, Instant};
use akira::log::{Level, LogSink, MAX_TEXT, MemoryLog, Record};
use akira_shell::{LogLine, LogSource};
use heapless::String;

/// The bytes of the log.
const BYTES: usize = 4_096;

/// The newest lines of the apps, and of the board about them.
#[derive(Debug, Default)]
pub struct Journal(MemoryLog<BYTES>);

impl Journal {
    /// Makes an empty log.
    pub const fn new() -> Self {
        Self(MemoryLog::new())
    }

    /// Writes a line of the board about an app; a text that is too long is cut.
    pub(crate) fn note(&self, name: &str, level: Level, time: Instant, text: fmt::Arguments<'_>) {
        let mut line = String::<MAX_TEXT>::new();
        let _ = fmt::write(&mut line, text);
        self.0.write(&Record {
            app: AppId::new(0),
            name,
            level,
            time,
            text: &line,
            dropped: 0,
        });
    }
}

impl LogSink for Journal {
    fn write(&self, record: &Record<'_>) {
        self.0.write(record);
    }
}

impl LogSource for Journal {
    fn line(&self, number: u64, show: &mut dyn FnMut(&LogLine<'_>)) {
        if let Some(line) = self.0.line(number) {
            show(&LogLine {
                number: line.number,
                time: line.time,
                app: &line.name,
                level: line.level.name(),
                text: &line.text,
                dropped: line.dropped,
            });
        }
    }
}
