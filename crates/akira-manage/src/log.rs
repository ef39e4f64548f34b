use akira_abi::Instant;

/// Line of the device's log.
#[derive(Clone, Copy, Debug)]
pub struct LogLine<'a> {
    /// Number of the line; later lines have higher ones.
    pub number: u64,
    /// Time at which the line was written.
    pub time: Instant,
    /// Name of the app that wrote it.
    pub app: &'a str,
    /// Severity, in a word.
    pub level: &'a str,
    /// Message.
    pub text: &'a str,
    /// Number of this app's lines that were lost before this one.
    pub dropped: u32,
}

/// Log of a device, as read by the command `log`.
pub trait LogSource {
    /// Calls `show` with the line of this number or, if it is no longer stored, with the oldest line after it. Does not
    /// call `show` if no such line exists yet.
    fn line(&self, number: u64, show: &mut dyn FnMut(&LogLine<'_>));
}

impl<T: LogSource + ?Sized> LogSource for &T {
    fn line(&self, number: u64, show: &mut dyn FnMut(&LogLine<'_>)) {
        (**self).line(number, show);
    }
}
