use akira_abi::Errno;
use core::fmt;

/// The severity of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A failure.
    Error = 1,
    /// An unexpected condition.
    Warn = 2,
    /// A normal event.
    Info = 3,
    /// Information for the developer.
    Debug = 4,
}

impl Level {
    /// Returns the level with this number, in the numbering of the old native call `log`.
    ///
    /// # Errors
    ///
    /// [`Errno::EINVAL`] if it is not 1 to 4.
    pub const fn from_number(number: i32) -> Result<Self, Errno> {
        match number {
            1 => Ok(Self::Error),
            2 => Ok(Self::Warn),
            3 => Ok(Self::Info),
            4 => Ok(Self::Debug),
            _ => Err(Errno::EINVAL),
        }
    }

    /// Returns the level's name in lower case.
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
