use crate::Level;
use akira_abi::{AppId, Instant};

/// One line for a [`LogSink`], sanitised and within the app's rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Id of the app that wrote the line; 0 for a line of the device.
    pub app: AppId,
    /// Name of the app, without control characters.
    pub name: &'a str,
    /// Severity of the line.
    pub level: Level,
    /// Time at which the line was written.
    pub time: Instant,
    /// Text of the line, without a line break or other control characters.
    pub text: &'a str,
    /// Number of lines of the same app that were dropped since its last record.
    pub dropped: u32,
}

/// Receives the log lines of all apps, for example to store, print or send them.
pub trait LogSink {
    /// Receives one line. An implementation must not wait.
    fn write(&self, record: &Record<'_>);
}

impl<T: LogSink + ?Sized> LogSink for &T {
    fn write(&self, record: &Record<'_>) {
        (**self).write(record);
    }
}

/// Passes each line to both sinks, in order.
impl<A: LogSink, B: LogSink> LogSink for (A, B) {
    fn write(&self, record: &Record<'_>) {
        self.0.write(record);
        self.1.write(record);
    }
}
