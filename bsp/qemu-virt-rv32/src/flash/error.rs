use core::fmt;

use embedded_storage_async::nor_flash::{NorFlashError, NorFlashErrorKind};

/// Error of a flash operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlashError {
    /// The chips are not supported: this word of their query answer differs from the expected one.
    Foreign {
        /// The word's number.
        word: u32,
    },
    /// A range lies beyond the flash, or is not aligned to words, or to sectors.
    Range(NorFlashErrorKind),
    /// A word to be programmed is not erased: erase its sector first.
    NotErased {
        /// Offset of the word.
        at: u32,
    },
    /// The operation failed or timed out: the sector is worn out or locked.
    Failed {
        /// Offset of the operation.
        at: u32,
        /// Status of both chips: the bits of Intel's status register, for each.
        status: u32,
    },
}

impl NorFlashError for FlashError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::Range(kind) => *kind,
            _ => NorFlashErrorKind::Other,
        }
    }
}

impl fmt::Display for FlashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign { word } => write!(
                f,
                "the flash chips are missing or of another type: word {word:#x} of their description is wrong"
            ),
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
            Self::Failed { at, status } => {
                write!(f, "the flash failed at {at:#x}, status {status:#010x}")
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
