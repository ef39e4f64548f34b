use crate::LogSource;
use core::fmt;

/// Function that writes lines about the device for `stats`.
type Stats<'a> = dyn Fn(&mut dyn fmt::Write) -> fmt::Result + 'a;

/// Options of the command line: a token, and the device's services besides its apps.
///
/// By default there is no log, no reboot and no token: anyone who reaches the link can give
/// commands.
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub struct Config<'a> {
    /// Token that the peer must type before any command. Set one if anyone but the owner can reach
    /// the link.
    pub token: Option<&'a str>,
    /// Log that the commands `log` and `run` show.
    pub log: Option<&'a dyn LogSource>,
    /// Writes the device's own lines for `stats`, such as the use of the heap; at most
    /// [`MAX_STATS`](crate::MAX_STATS) bytes.
    pub stats: Option<&'a Stats<'a>>,
    /// Restarts the device for `reboot`.
    pub reboot: Option<&'a dyn Fn()>,
}

impl<'a> Config<'a> {
    /// Requires the peer to type this token as its first line. The token must not be empty and has
    /// at most [`MAX_COMMAND`](crate::MAX_COMMAND) characters, so that it can be typed.
    pub const fn with_token(mut self, token: &'a str) -> Self {
        self.token = Some(token);
        self
    }

    /// Shows this log with the commands `log` and `run`.
    pub const fn with_log(mut self, log: &'a dyn LogSource) -> Self {
        self.log = Some(log);
        self
    }

    /// Adds the lines that `stats` writes to the answer of the command `stats`.
    pub const fn with_stats(mut self, stats: &'a Stats<'a>) -> Self {
        self.stats = Some(stats);
        self
    }

    /// Restarts the device by calling `reboot` for the command `reboot`.
    pub const fn with_reboot(mut self, reboot: &'a dyn Fn()) -> Self {
        self.reboot = Some(reboot);
        self
    }
}

impl fmt::Debug for Config<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("token", &self.token.is_some())
            .field("log", &self.log.is_some())
            .field("stats", &self.stats.is_some())
            .field("reboot", &self.reboot.is_some())
            .finish()
    }
}
