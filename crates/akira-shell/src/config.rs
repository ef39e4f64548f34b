use crate::LogSource;
use core::fmt;

/// Writes lines about the device, for `stats`.
type Stats<'a> = dyn Fn(&mut dyn fmt::Write) -> fmt::Result + 'a;

/// What a device offers on its command line beside its apps.
///
/// By default it has no log and no reboot, and obeys whoever reaches the link.
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub struct Config<'a> {
    /// What has to be typed before any command. A link that others than the owner reach needs one.
    pub token: Option<&'a str>,
    /// The log behind `log`.
    pub log: Option<&'a dyn LogSource>,
    /// Writes the lines that `stats` shows of the device, such as the heap; at most [`MAX_STATS`](crate::MAX_STATS)
    /// bytes.
    pub stats: Option<&'a Stats<'a>>,
    /// Restarts the device, for `reboot`.
    pub reboot: Option<&'a dyn Fn()>,
}

impl<'a> Config<'a> {
    /// Obeys only whoever types this line first. It is one that can be typed: not empty, and at most
    /// [`MAX_COMMAND`](crate::MAX_COMMAND) characters.
    pub const fn with_token(mut self, token: &'a str) -> Self {
        self.token = Some(token);
        self
    }

    /// Shows this log with `log`.
    pub const fn with_log(mut self, log: &'a dyn LogSource) -> Self {
        self.log = Some(log);
        self
    }

    /// Shows with `stats` what `stats` writes.
    pub const fn with_stats(mut self, stats: &'a Stats<'a>) -> Self {
        self.stats = Some(stats);
        self
    }

    /// Restarts the device with `reboot`.
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
