use core::fmt;

use embedded_storage_async::nor_flash::{NorFlashError, NorFlashErrorKind};

/// Why the store did not do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// There is no such app, image, setting, file or directory.
    NotFound,
    /// There is such an entry already, or the directory is not empty.
    Exists,
    /// A name, a path, an offset or a length is out of its range, or a value does not fit the buffer.
    Invalid,
    /// There is no room: remove something, or confirm apps so that their previous versions go.
    Full {
        /// The bytes that are needed.
        needed: u32,
        /// The bytes that are free; of images, in one piece.
        free: u32,
    },
    /// An app's files may not take more: remove some, or install it with a larger quota.
    Quota {
        /// The bytes that are needed, each entry's own included.
        needed: u32,
        /// The bytes that are left of its quota; 0 if it has as many entries as it may.
        free: u32,
    },
    /// It comes with the app's image: write it again under the other name.
    ReadOnly,
    /// There are as many records as the store's `RECORDS` can index, or as many folders as it can count: remove something,
    /// or build with more.
    TooManyRecords,
    /// An image is not what was announced: it has other bytes, fewer or more. Nothing of it is left.
    Mismatch,
    /// The install was aborted, finished or replaced by another, or was never begun.
    Stale,
    /// The flash holds no store: format it.
    Unformatted,
    /// The flash holds a store of a newer format: use a firmware that knows it, or format it.
    Format {
        /// The format that was found.
        found: u8,
        /// The one that is known.
        known: u8,
    },
    /// What was written has changed since: the flash is worn, or somebody else wrote to it.
    Corrupt(Area),
    /// The flash reported an error. The store reads itself again at the next call.
    Flash(NorFlashErrorKind),
}

/// Where something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Area {
    /// The pages of the records.
    Pages,
    /// A record.
    Records,
    /// An app's image.
    Images,
    /// What an app's record says: it is whole, but no store has written it. Remove the app.
    Apps,
}

impl Error {
    /// Keeps the kind of the flash's own error.
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
