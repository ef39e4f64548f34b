use crate::Level;
use akira_abi::{AppId, Instant};

/// One line of one app, sanitised and within the rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// The app.
    pub app: AppId,
    /// The app's name, without control characters.
    pub name: &'a str,
    /// The severity.
    pub level: Level,
    /// The time at which the app wrote the line.
    pub time: Instant,
    /// The line, without a line break or other control characters.
    pub text: &'a str,
    /// The number of lines of this app dropped since its last record.
    pub dropped: u32,
}

/// Receives the lines of the apps.
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
