//! The console's log, in RAM.

use akira::log::{LogSink, MemoryLog, Record};
use akira_shell::{LogLine, LogSource};

/// The bytes of the log.
const BYTES: usize = 32 << 10;

/// The newest lines of the apps, and of the console about them.
#[derive(Debug, Default)]
pub struct Journal(MemoryLog<BYTES>);

impl Journal {
    /// Makes an empty log.
    pub const fn new() -> Self {
        Self(MemoryLog::new())
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
