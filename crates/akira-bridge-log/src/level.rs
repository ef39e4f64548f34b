use akira_abi::Errno;
use core::fmt;

/// Severity of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The line reports a failure.
    Error = 1,
    /// The line reports an unexpected condition.
    Warn = 2,
    /// The line reports a normal event.
    Info = 3,
    /// The line helps the app's developer.
    Debug = 4,
}

impl Level {
    /// Returns the level with this number, as the old native call `log` numbers levels.
    ///
    /// # Errors
    ///
    /// [`Errno::EINVAL`] if `number` is not 1 to 4.
    pub const fn from_number(number: i32) -> Result<Self, Errno> {
        match number {
            1 => Ok(Self::Error),
            2 => Ok(Self::Warn),
            3 => Ok(Self::Info),
            4 => Ok(Self::Debug),
            _ => Err(Errno::EINVAL),
        }
    }

    /// Returns the level's name in lower case, such as `error`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
