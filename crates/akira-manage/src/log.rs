use akira_abi::Instant;

/// Line of the device's log, read through [`LogSource`].
#[derive(Clone, Copy, Debug)]
pub struct LogLine<'a> {
    /// Number of the line; later lines have higher numbers.
    pub number: u64,
    /// Time at which the line was written.
    pub time: Instant,
    /// Name of the app that wrote the line.
    pub app: &'a str,
    /// Severity as one word, such as `error`.
    pub level: &'a str,
    /// Text of the message.
    pub text: &'a str,
    /// Number of lines of the same app that were lost just before this line.
    pub dropped: u32,
}

/// Gives read access to the log of a device. The command `log` uses it.
pub trait LogSource {
    /// Calls `show` with the line of this number or, if that line is no longer stored, with the
    /// oldest line after it. Does not call `show` if no such line exists yet.
    fn line(&self, number: u64, show: &mut dyn FnMut(&LogLine<'_>));
}

impl<T: LogSource + ?Sized> LogSource for &T {
    fn line(&self, number: u64, show: &mut dyn FnMut(&LogLine<'_>)) {
        (**self).line(number, show);
    }
}
