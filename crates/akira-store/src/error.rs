use core::fmt;

use embedded_storage_async::nor_flash::{NorFlashError, NorFlashErrorKind};

/// Error of a call to the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The app, image, setting, file or directory does not exist.
    NotFound,
    /// The entry exists already, or the directory is not empty.
    Exists,
    /// A name, path, offset or length is out of its range, or a value does not fit the caller's
    /// buffer.
    Invalid,
    /// The flash has no room: remove an app, a file or a setting, or confirm apps to release their
    /// previous versions.
    Full {
        /// Number of bytes needed.
        needed: u32,
        /// Number of bytes free. For an image, the size of the largest contiguous gap.
        free: u32,
    },
    /// The files or settings of the app would exceed their limit: remove some of them, or install
    /// the app with a larger file quota.
    Quota {
        /// Number of bytes needed, including the fixed cost of each entry.
        needed: u32,
        /// Number of bytes left of the limit; 0 if the maximum number of entries is reached.
        free: u32,
    },
    /// The entry came with the app's image and cannot be renamed: write a copy to the new path.
    ReadOnly,
    /// The index of `RECORDS` records or the table of `MAX_FOLDERS` folders is full: remove a file
    /// or a setting, or build with a larger index.
    TooManyRecords,
    /// The hash or size of the image differs from the announced one. The install is aborted and the
    /// image dropped.
    Mismatch,
    /// The install was aborted, committed or replaced by another one, or a write of it was
    /// interrupted.
    Stale,
    /// The flash holds no store: format it.
    Unformatted,
    /// The flash holds a store of a newer format: use a firmware that supports it, or format the
    /// flash.
    Format {
        /// Format number of the store on the flash.
        found: u8,
        /// Highest format number that this crate supports.
        known: u8,
    },
    /// Stored data changed after it was written: the flash is worn, or something else wrote to it.
    Corrupt(Area),
    /// The flash driver reported an error of this kind. If the error interrupted a change, the next
    /// call reads the flash again.
    Flash(NorFlashErrorKind),
}

/// Part of the store in which [`Error::Corrupt`] found damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Area {
    /// The headers of the pages that hold the records.
    Pages,
    /// A record: its header or its checksum is wrong.
    Records,
    /// An app's image: its bytes differ from those that were written.
    Images,
    /// An app's record: its checksum is right, but no store writes such content. Remove the app.
    Apps,
}

impl Error {
    /// Converts a driver's error and keeps its kind.
    pub(crate) fn flash(error: impl NorFlashError) -> Self {
        Self::Flash(error.kind())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("not found"),
            Self::Exists => f.write_str("it exists already, or is not empty"),
            Self::Invalid => f.write_str("a name, an offset or a length is out of its range"),
            Self::Full { needed, free } => write!(f, "{needed} bytes are needed, {free} are free"),
            Self::Quota { needed, free } => {
                write!(f, "{needed} bytes are needed, {free} are left of the quota")
            }
            Self::ReadOnly => f.write_str("it came with the app and is read-only"),
            Self::TooManyRecords => f.write_str("there are too many records"),
            Self::Mismatch => f.write_str("the image is not the announced one"),
            Self::Stale => f.write_str("the install no longer exists"),
            Self::Unformatted => f.write_str("the flash holds no store"),
            Self::Format { found, known } => {
                write!(
                    f,
                    "store format {found} is newer than {known}: update this firmware"
                )
            }
            Self::Corrupt(area) => write!(f, "{area} changed since it was written"),
            Self::Flash(kind) => write!(f, "the flash failed: {kind}"),
        }
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pages => "a page of records",
            Self::Records => "a record",
            Self::Images => "an image",
            Self::Apps => "an app's record",
        })
    }
}

impl core::error::Error for Error {}
