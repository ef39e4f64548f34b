/// The rate limit of each app's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// Sustained lines per second; at least 1, at most a million.
    pub lines_per_second: u32,
    /// Lines in a burst after a pause; at least 1.
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
    /// Sets the lines per second.
    #[must_use]
    pub const fn with_lines_per_second(mut self, lines: u32) -> Self {
        self.lines_per_second = lines;
        self
    }

    /// Sets the lines in a burst.
    #[must_use]
    pub const fn with_burst(mut self, lines: u32) -> Self {
        self.burst = lines;
        self
    }
}
