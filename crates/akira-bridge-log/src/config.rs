/// Rate limit for the log lines of each app: a sustained rate and a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// Number of lines per second that an app may write in the long run, from 1 to a million.
    pub lines_per_second: u32,
    /// Number of lines that an app may write at once after a pause; at least 1.
    pub burst: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            lines_per_second: 50,
            burst: 100,
        }
    }
}

impl Config {
    /// Sets the number of lines per second that an app may write in the long run.
    #[must_use]
    pub const fn with_lines_per_second(mut self, lines: u32) -> Self {
        self.lines_per_second = lines;
        self
    }

    /// Sets the number of lines that an app may write at once after a pause.
    #[must_use]
    pub const fn with_burst(mut self, lines: u32) -> Self {
        self.burst = lines;
        self
    }
}
