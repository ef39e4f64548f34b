use crate::admission::InstallError;
use akira_abi::caps::AppName;
use akira_manage::{Crc32, Parcel, Refusal, RefusalKind};
use core::fmt;

/// Reason why the transfer of an app to the device fails.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum TransferError {
    /// The announced name is not a valid app name.
    Name,
    /// The app is larger than this device accepts.
    TooLarge {
        /// Size of the app, in bytes.
        size: u32,
        /// Maximum size in bytes; 0 if the device accepts no apps.
        most: u32,
    },
    /// No free block of RAM is large enough for the app. Stop another app first.
    NoMemory {
        /// Size of the app, in bytes.
        size: u32,
    },
    /// No transfer is in progress.
    NotBegun,
    /// The transfer was not finished: call [`Sink::finish`](akira_manage::Sink::finish) first.
    NotFinished,
    /// More bytes were received than announced.
    TooMuch {
        /// Announced size of the app, in bytes.
        size: u32,
    },
    /// The transfer was finished before all bytes were received. Send the rest first.
    Short {
        /// Number of bytes received.
        received: u32,
        /// Announced size of the app, in bytes.
        size: u32,
    },
    /// The received bytes do not have the announced checksum. Transfer the app again.
    Crc32 {
        /// CRC-32 of the received bytes.
        received: u32,
        /// Announced CRC-32.
        announced: u32,
    },
    /// The transfer succeeded, but the app is not admitted.
    Install(InstallError),
}

impl TransferError {
    /// Checks that an app has been received completely and without transmission errors.
    ///
    /// # Errors
    ///
    /// [`Short`](Self::Short) if bytes are missing, [`Crc32`](Self::Crc32) if the checksum differs
    /// from the announced checksum.
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
            Self::Name => write!(f, "not a valid app name: use {}", AppName::RULE),
            Self::TooLarge { most: 0, .. } => f.write_str("this device takes no apps this way"),
            Self::TooLarge { size, most } => write!(
                f,
                "the image has {size} bytes; this device takes at most {most}"
            ),
            Self::NoMemory { size } => write!(
                f,
                "there is no memory for {size} bytes now; stop an app first"
            ),
            Self::NotBegun => f.write_str("no transfer in progress: begin one"),
            Self::NotFinished => f.write_str("the app was not checked: finish its transfer first"),
            Self::TooMuch { size } => write!(f, "more data than the announced {size} bytes"),
            Self::Short { received, size } => write!(
                f,
                "only {received} of {size} bytes arrived; send the rest first"
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
