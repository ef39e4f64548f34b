use crate::Level;
use akira_abi::{AppId, Instant};

/// One line of one app, clean and within the rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// The app.
    pub app: AppId,
    /// The app's name, without control characters.
    pub name: &'a str,
    /// How much it matters.
    pub level: Level,
    /// When the app wrote it.
    pub time: Instant,
    /// The line, without a line break or other control characters.
    pub text: &'a str,
    /// How many lines of this app were dropped since its last record.
    pub dropped: u32,
}

/// Takes the lines of the apps.
pub trait LogSink {
    /// Takes one line; must not wait.
    fn write(&self, record: &Record<'_>);
}

impl<T: LogSink + ?Sized> LogSink for &T {
    fn write(&self, record: &Record<'_>) {
        (**self).write(record);
    }
}

/// Both sinks take each line, the first one first.
impl<A: LogSink, B: LogSink> LogSink for (A, B) {
    fn write(&self, record: &Record<'_>) {
        self.0.write(record);
        self.1.write(record);
    }
}
