use core::fmt;

use embedded_storage_async::nor_flash::{NorFlashError, NorFlashErrorKind};

/// Why the flash did not do what it was told to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlashError {
    /// The chips are not those that the driver knows: of what they tell of themselves, this word is another one.
    Foreign {
        /// The word's number.
        word: u32,
    },
    /// A range lies beyond the flash, or does not begin and end at words, or sectors.
    Range(NorFlashErrorKind),
    /// A word is to be programmed that is not erased: erase its sector first.
    NotErased {
        /// Where the word is.
        at: u32,
    },
    /// The chips could not do it, or not in time: their sector is worn out or locked.
    Failed {
        /// Where it was to be done.
        at: u32,
        /// What the chips say: the bits of Intel's status register, for each.
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
                "other chips than the machine's answer, or none: word {word:#x} of their description is wrong"
            ),
            Self::Range(NorFlashErrorKind::NotAligned) => {
                f.write_str("the range does not begin and end at words or sectors")
            }
            Self::Range(_) => f.write_str("the range lies beyond the flash"),
            Self::NotErased { at } => {
                write!(
                    f,
                    "the word at {at:#x} is not erased; erase its sector first"
                )
            }
            Self::Failed { at, status } => {
                write!(f, "the flash fails at {at:#x}, status {status:#010x}")
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
