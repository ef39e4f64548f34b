use akira_abi::Instant;

/// A line of the device's log.
#[derive(Clone, Copy, Debug)]
pub struct LogLine<'a> {
    /// Its number; later lines have higher ones.
    pub number: u64,
    /// When it was written.
    pub time: Instant,
    /// The app that wrote it.
    pub app: &'a str,
    /// How much it matters, in a word.
    pub level: &'a str,
    /// What it says.
    pub text: &'a str,
    /// How many lines of this app were lost before it.
    pub dropped: u32,
}

/// The log of a device, as `log` reads it.
pub trait LogSource {
    /// Shows the line with this number or, if that is gone, the oldest after it; shows nothing if there is none yet.
    fn line(&self, number: u64, show: &mut dyn FnMut(&LogLine<'_>));
}

impl<T: LogSource + ?Sized> LogSource for &T {
    fn line(&self, number: u64, show: &mut dyn FnMut(&LogLine<'_>)) {
        (**self).line(number, show);
    }
}
