use super::{LeftOut, Shares};
use crate::abi::caps::AppName;
use crate::manage::{Refusal, RefusalKind};
use crate::store::Share;
use crate::{InstallError, TransferError, UnknownApp};
use akira_package::DocumentError;
use core::fmt;

/// Reason why an operation on an app failed. Unless the operation documents otherwise, it has not
/// changed the library.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// No app of the library or the runtime has this name.
    Unknown,
    /// The device did not admit the app. Install a version that it accepts, or uninstall the app.
    LeftOut(LeftOut),
    /// The transfer failed.
    Transfer(TransferError),
    /// The package was rejected.
    Package(akira_package::Error),
    /// The trust document was rejected. The trusted keys have not changed.
    Trust(DocumentError),
    /// The app was not admitted.
    Install(InstallError),
    /// An operation of the store failed.
    Store(akira_store::Error),
    /// The manifest contains another name than the sender announced. Send the app under the name in
    /// its manifest.
    Name {
        /// Name that the sender announced.
        announced: AppName,
        /// Name that the manifest contains.
        manifest: AppName,
    },
    /// An app of this name is part of the firmware, and is updated with the firmware. Give the new
    /// app another name.
    Firmware,
    /// The app's place on flash is still being read, for example by an operator's command. Send the
    /// app again.
    InUse,
    /// The maximum number of transfers is in progress. Wait, or abort one of them.
    Busy {
        /// Maximum number of simultaneous transfers.
        most: usize,
    },
    /// The space for the app's files and settings cannot be reserved. Reduce `resources.storage` in
    /// its manifest, or remove an app that has files or settings.
    Promised {
        /// Space on flash that the app needs.
        needed: Share,
        /// Space that is reserved for other apps, and the total.
        shares: Shares,
    },
    /// The RAM cannot hold a copy of the module. Stop an app, or map the flash into memory.
    NoMemory {
        /// Size of the module, in bytes.
        size: u32,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => UnknownApp.fmt(f),
            Self::LeftOut(app) => write!(
                f,
                "{app}: install a version that this device accepts, or uninstall it"
            ),
            Self::Transfer(error) => error.fmt(f),
            Self::Package(error) => error.fmt(f),
            Self::Trust(error) => error.fmt(f),
            Self::Install(error) => error.fmt(f),
            Self::Store(error) => write!(f, "flash storage: {error}"),
            Self::Name {
                announced,
                manifest,
            } => write!(
                f,
                "it was announced as {announced}, but its manifest calls it {manifest}: send it under that name"
            ),
            Self::Firmware => {
                f.write_str("it is part of the firmware and cannot change; use another name")
            }
            Self::InUse => f.write_str("its place on the flash is still being read: send it again"),
            Self::Busy { most } => write!(
                f,
                "{most} transfers are in progress, the maximum: wait, or abort one"
            ),
            Self::Promised { needed, shares } => {
                let (free, promised) = (shares.free(), shares.promised);
                write!(
                    f,
                    "its files and settings need {} records and {} bytes of flash; {} records and {} bytes are free, {} and {} are reserved for others: ask for less storage, or remove an app",
                    needed.records,
                    needed.bytes,
                    free.records,
                    free.bytes,
                    promised.records,
                    promised.bytes
                )
            }
            Self::NoMemory { size } => {
                write!(
                    f,
                    "there is no memory for its {size} bytes: stop an app first"
                )
            }
        }
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            // Each variant displays its cause itself, so `source` returns the source of the cause.
            Self::Transfer(error) => error.source(),
            Self::Package(error) => error.source(),
            Self::Trust(error) => error.source(),
            Self::Install(error) => error.source(),
            Self::Store(error) => error.source(),
            _ => None,
        }
    }
}

impl Refusal for Error {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::Unknown => RefusalKind::NotFound,
            Self::Transfer(error) => error.kind(),
            Self::Install(error) => error.kind(),
            Self::Package(error) => kind_of_package(error),
            Self::Trust(DocumentError::Old { .. } | DocumentError::EpochBack { .. })
            | Self::LeftOut(_)
            | Self::Firmware
            | Self::InUse
            | Self::Busy { .. } => RefusalKind::Conflict,
            Self::Store(akira_store::Error::Full { .. } | akira_store::Error::TooManyRecords)
            | Self::Promised { .. }
            | Self::NoMemory { .. } => RefusalKind::NoRoom,
            Self::Store(_) => RefusalKind::Failed,
            Self::Trust(_) | Self::Name { .. } => RefusalKind::Invalid,
        }
    }
}

const fn kind_of_package(error: &akira_package::Error) -> RefusalKind {
    use akira_package::Error as Package;
    match error {
        Package::ForeignSigner | Package::Downgrade { .. } | Package::SecurityCounter { .. } => {
            RefusalKind::Conflict
        }
        _ => RefusalKind::Invalid,
    }
}

impl From<UnknownApp> for Error {
    fn from(_: UnknownApp) -> Self {
        Self::Unknown
    }
}

impl From<TransferError> for Error {
    fn from(error: TransferError) -> Self {
        Self::Transfer(error)
    }
}

impl From<akira_package::Error> for Error {
    fn from(error: akira_package::Error) -> Self {
        Self::Package(error)
    }
}

impl From<DocumentError> for Error {
    fn from(error: DocumentError) -> Self {
        Self::Trust(error)
    }
}

impl From<InstallError> for Error {
    fn from(error: InstallError) -> Self {
        Self::Install(error)
    }
}

impl From<akira_store::Error> for Error {
    fn from(error: akira_store::Error) -> Self {
        Self::Store(error)
    }
}
