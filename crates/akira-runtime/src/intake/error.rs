use crate::admission::InstallError;
use akira_abi::caps::AppName;
use akira_manage::{Crc32, Parcel, Refusal, RefusalKind};
use core::fmt;

/// Why an app that arrives piece by piece is not taken.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum TransferError {
    /// It is announced under what is no name for an app.
    Name,
    /// It has more bytes than this device takes; `most` is 0 where it takes none.
    TooLarge {
        /// The bytes that it has.
        size: u32,
        /// The most that it may have.
        most: u32,
    },
    /// There is no memory for it now: stop an app first.
    NoMemory {
        /// The bytes that it has.
        size: u32,
    },
    /// No transfer was begun.
    NotBegun,
    /// It was not [finished](akira_manage::Sink::finish).
    NotFinished,
    /// More bytes came than were announced.
    TooMuch {
        /// The bytes that were announced.
        size: u32,
    },
    /// The end came too early: send the rest first.
    Short {
        /// The bytes that have come.
        received: u32,
        /// The bytes that were announced.
        size: u32,
    },
    /// It is not what was announced: transfer it again.
    Crc32 {
        /// The CRC-32 of what came.
        received: u32,
        /// The one that was announced.
        announced: u32,
    },
    /// It is not admitted.
    Install(InstallError),
}

impl TransferError {
    /// Checks that all of a parcel has been received, and nothing else.
    ///
    /// # Errors
    ///
    /// [`Short`](Self::Short) if bytes are missing, [`Crc32`](Self::Crc32) if they are not those that were announced.
    pub fn check(parcel: &Parcel<'_>, received: u32, crc: Crc32) -> Result<(), Self> {
        let size = parcel.size;
        if received != size {
            return Err(Self::Short { received, size });
        }
        let received = crc.value();
        match parcel.crc32 {
            Some(announced) if announced != received => Err(Self::Crc32 {
                received,
                announced,
            }),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for TransferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => write!(f, "no name for an app: give it one of {}", AppName::RULE),
            Self::TooLarge { most: 0, .. } => f.write_str("this device takes no apps this way"),
            Self::TooLarge { size, most } => write!(
                f,
                "the image has {size} bytes; this device takes at most {most}"
            ),
            Self::NoMemory { size } => write!(
                f,
                "there is no memory for {size} bytes now; stop an app first"
            ),
            Self::NotBegun => f.write_str("nothing came: begin a transfer first"),
            Self::NotFinished => f.write_str("the app was not checked: finish its transfer first"),
            Self::TooMuch { size } => write!(f, "more than the {size} bytes that were to come"),
            Self::Short { received, size } => write!(
                f,
                "the end came after {received} of {size} bytes; send all of them first"
            ),
            Self::Crc32 {
                received,
                announced,
            } => write!(
                f,
                "the CRC-32 is {received:08x}, not {announced:08x}; transfer it again"
            ),
            Self::Install(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for TransferError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Install(error) => Some(error),
            _ => None,
        }
    }
}

impl From<InstallError> for TransferError {
    fn from(error: InstallError) -> Self {
        Self::Install(error)
    }
}

impl Refusal for TransferError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::TooLarge { .. } | Self::NoMemory { .. } => RefusalKind::NoRoom,
            Self::NotBegun | Self::NotFinished => RefusalKind::Conflict,
            Self::Name | Self::TooMuch { .. } | Self::Short { .. } | Self::Crc32 { .. } => {
                RefusalKind::Invalid
            }
            Self::Install(error) => error.kind(),
        }
    }
}
