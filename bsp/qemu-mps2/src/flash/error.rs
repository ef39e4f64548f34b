use core::fmt;

use embedded_storage_async::nor_flash::{NorFlashError, NorFlashErrorKind};

/// Error of a flash operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlashError {
    /// A range lies beyond the flash, or is not aligned to words, or to sectors.
    Range(NorFlashErrorKind),
    /// A word to be programmed is not erased: erase its sector first.
    NotErased {
        /// Offset of the word.
        at: u32,
    },
}

impl NorFlashError for FlashError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::Range(kind) => *kind,
            Self::NotErased { .. } => NorFlashErrorKind::Other,
        }
    }
}

impl fmt::Display for FlashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range(NorFlashErrorKind::NotAligned) => {
                f.write_str("the range is not aligned to words or sectors")
            }
            Self::Range(_) => f.write_str("the range lies beyond the flash"),
            Self::NotErased { at } => {
                write!(
                    f,
                    "the word at {at:#x} is not erased; erase its sector first"
                )
            }
        }
    }
}

impl core::error::Error for FlashError {}

impl From<NorFlashErrorKind> for FlashError {
    fn from(kind: NorFlashErrorKind) -> Self {
        Self::Range(kind)
    }
}
