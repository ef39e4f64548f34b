use core::fmt;

use embedded_storage_async::nor_flash::{NorFlashError, NorFlashErrorKind};

/// An error of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The app, image, setting, file or directory does not exist.
    NotFound,
    /// The entry exists already, or the directory is not empty.
    Exists,
    /// A name, a path, an offset or a length is out of its range, or a value does not fit the buffer.
    Invalid,
    /// The flash has no room: remove something, or confirm apps to release their previous versions.
    Full {
        /// Bytes needed.
        needed: u32,
        /// Bytes free; for an image, in one contiguous range.
        free: u32,
    },
    /// The app's files or settings would exceed their limit: remove some, or install the app with a larger file quota.
    Quota {
        /// Bytes needed, including the fixed cost of each entry.
        needed: u32,
        /// Bytes left of the limit; 0 if the maximum number of entries is reached.
        free: u32,
    },
    /// The entry comes with the app's image and cannot be renamed: write a copy under the other name.
    ReadOnly,
    /// The index of `RECORDS` records or the table of `MAX_FOLDERS` folders is full: remove something, or build with
    /// more.
    TooManyRecords,
    /// The image differs from the announced one in its hash or its size. The install is aborted and the image dropped.
    Mismatch,
    /// The install was aborted, finished or replaced by another, or was never begun.
    Stale,
    /// The flash holds no store: format it.
    Unformatted,
    /// The flash holds a store of a newer format: use a firmware that supports it, or format the flash.
    Format {
        /// Format on the flash.
        found: u8,
        /// Newest format that this crate supports.
        known: u8,
    },
    /// Stored data changed after it was written: the flash is worn, or something else wrote to it.
    Corrupt(Area),
    /// The flash driver reported an error. If the error interrupted a change, the next call reads the flash again.
    Flash(NorFlashErrorKind),
}

/// A part of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Area {
    /// The pages that hold the records.
    Pages,
    /// A record.
    Records,
    /// An app's image.
    Images,
    /// The content of an app's record: its checksum is right, but no store has written it. Remove the app.
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
            Self::NotFound => f.write_str("there is no such thing"),
            Self::Exists => f.write_str("it exists already, or is not empty"),
            Self::Invalid => f.write_str("a name, an offset or a length is out of its range"),
            Self::Full { needed, free } => write!(f, "{needed} bytes are needed, {free} are free"),
            Self::Quota { needed, free } => {
                write!(f, "{needed} bytes are needed, {free} are left of the quota")
            }
            Self::ReadOnly => f.write_str("it comes with the app and stays as it is"),
            Self::TooManyRecords => f.write_str("there are too many records"),
            Self::Mismatch => f.write_str("the image is not what was announced"),
            Self::Stale => f.write_str("there is no such install any more"),
            Self::Unformatted => f.write_str("the flash holds no store"),
            Self::Format { found, known } => {
                write!(
                    f,
                    "the store has format {found}, known is {known}: update this firmware"
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
