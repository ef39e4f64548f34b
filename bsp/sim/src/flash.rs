//! The console's flash: simulates the NOR flash of an ESP32-S3 module in a file of the host or in
//! memory.
//!
//! The file is a byte-for-byte image of the chip. Each program and erase is synced to the host's
//! disk before the call returns. A console that is killed, or whose host loses power, therefore
//! finds the same state that a chip has after a power cut. A call blocks the thread while the disk
//! writes. It yields after each sector, so that other tasks run as they do while a chip is busy.

mod file;
mod open;

use std::fmt;
use std::io;
use std::ops::Range;

use embassy_futures::yield_now;
use embedded_storage_async::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

use file::FlashFile;
pub use open::OpenError;

/// Capacity of the flash in bytes.
pub const FLASH_BYTES: u32 = 16 << 20;

/// Size of an erase unit in bytes.
const SECTOR: usize = 4096;

/// Size of a program and read unit in bytes.
const WORD: usize = 4;

/// The console's flash.
#[derive(Debug)]
pub struct Flash(Medium);

#[derive(Debug)]
enum Medium {
    File(FlashFile),
    /// The sectors; `None` is an erased sector.
    Memory(Vec<Option<Box<[u8; SECTOR]>>>),
}

/// Error of a flash operation.
#[derive(Debug)]
pub enum FlashError {
    /// The range ends beyond the flash.
    OutOfBounds,
    /// The range is not aligned to words or, for an erase, to sectors.
    NotAligned,
    /// A word to be programmed is not erased.
    NotErased {
        /// Offset of that word in bytes.
        at: usize,
    },
    /// The host failed to read or write the file.
    Host(io::Error),
}

impl Flash {
    /// Creates an erased flash in memory.
    pub fn in_memory() -> Self {
        let sectors = FLASH_BYTES as usize / SECTOR;
        Self(Medium::Memory(vec![None; sectors]))
    }

    /// Returns whether the whole flash is erased.
    ///
    /// # Errors
    ///
    /// If the host fails to read the file.
    pub fn is_erased(&mut self) -> io::Result<bool> {
        match &mut self.0 {
            Medium::File(file) => file.is_erased(),
            Medium::Memory(sectors) => Ok(sectors.iter().all(Option::is_none)),
        }
    }

    fn erase_sector(&mut self, at: usize) -> Result<(), FlashError> {
        match &mut self.0 {
            Medium::File(file) => Ok(file.erase(at)?),
            Medium::Memory(sectors) => {
                sectors[at / SECTOR] = None;
                Ok(())
            }
        }
    }

    /// Reads bytes within one sector.
    fn read_from_sector(&mut self, at: usize, bytes: &mut [u8]) -> Result<(), FlashError> {
        match &mut self.0 {
            Medium::File(file) => Ok(file.read(at, bytes)?),
            Medium::Memory(sectors) => {
                match &sectors[at / SECTOR] {
                    Some(sector) => {
                        bytes.copy_from_slice(&sector[at % SECTOR..][..bytes.len()]);
                    }
                    None => bytes.fill(0xFF),
                }
                Ok(())
            }
        }
    }

    /// Programs words within one sector.
    fn program_in_sector(&mut self, at: usize, bytes: &[u8]) -> Result<(), FlashError> {
        match &mut self.0 {
            Medium::File(file) => Ok(file.write(at, bytes)?),
            Medium::Memory(sectors) => {
                let sector = sectors[at / SECTOR].get_or_insert_with(|| Box::new([0xFF; SECTOR]));
                sector[at % SECTOR..][..bytes.len()].copy_from_slice(bytes);
                Ok(())
            }
        }
    }

    /// Returns an error unless these words, which lie within one sector, are erased.
    fn check_erased(&mut self, at: usize, length: usize) -> Result<(), FlashError> {
        let mut present = [0; SECTOR];
        let present = &mut present[..length];
        self.read_from_sector(at, present)?;
        match present.iter().position(|byte| *byte != 0xFF) {
            Some(offset) => Err(FlashError::NotErased {
                at: at + offset - offset % WORD,
            }),
            None => Ok(()),
        }
    }
}

impl ErrorType for Flash {
    type Error = FlashError;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = WORD;

    /// # Cancel safety
    ///
    /// The future never waits, so it cannot be dropped halfway.
    async fn read(&mut self, at: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        let at = check(at, bytes.len(), WORD)?;
        for piece in pieces(at, bytes.len()) {
            let bytes = &mut bytes[piece.start - at..piece.end - at];
            self.read_from_sector(piece.start, bytes)?;
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        FLASH_BYTES as usize
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = SECTOR;

    /// # Cancel safety
    ///
    /// After a drop, some of the sectors are erased and the others are unchanged.
    async fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        let length = to.checked_sub(from).ok_or(FlashError::OutOfBounds)?;
        let from = check(from, length as usize, SECTOR)?;
        for at in (from..from + length as usize).step_by(SECTOR) {
            self.erase_sector(at)?;
            yield_now().await;
        }
        Ok(())
    }

    /// Programs erased words.
    ///
    /// # Errors
    ///
    /// [`FlashError::NotErased`] if a word is not erased: a chip would combine the old bits with
    /// the new ones.
    ///
    /// # Cancel safety
    ///
    /// After a drop, the words are programmed up to the end of a sector, or all of them.
    async fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), FlashError> {
        let at = check(at, bytes.len(), WORD)?;
        for piece in pieces(at, bytes.len()) {
            self.check_erased(piece.start, piece.len())?;
        }
        for piece in pieces(at, bytes.len()) {
            self.program_in_sector(piece.start, &bytes[piece.start - at..piece.end - at])?;
            yield_now().await;
        }
        Ok(())
    }
}

/// Splits a range at sector boundaries.
fn pieces(at: usize, length: usize) -> impl Iterator<Item = Range<usize>> {
    let end = at + length;
    let sectors = at / SECTOR..end.div_ceil(SECTOR);
    sectors.map(move |sector| at.max(sector * SECTOR)..end.min((sector + 1) * SECTOR))
}

/// Checks that a range lies within the flash and is aligned to `unit`. Returns its start.
fn check(at: u32, length: usize, unit: usize) -> Result<usize, FlashError> {
    let at = at as usize;
    let end = at.checked_add(length);
    match end.filter(|end| *end <= FLASH_BYTES as usize) {
        None => Err(FlashError::OutOfBounds),
        Some(end) if at.is_multiple_of(unit) && end.is_multiple_of(unit) => Ok(at),
        Some(_) => Err(FlashError::NotAligned),
    }
}

impl From<io::Error> for FlashError {
    fn from(error: io::Error) -> Self {
        Self::Host(error)
    }
}

impl NorFlashError for FlashError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::OutOfBounds => NorFlashErrorKind::OutOfBounds,
            Self::NotAligned => NorFlashErrorKind::NotAligned,
            _ => NorFlashErrorKind::Other,
        }
    }
}

impl fmt::Display for FlashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfBounds => f.write_str("the range lies beyond the flash"),
            Self::NotAligned => f.write_str("the range is not aligned"),
            Self::NotErased { at } => write!(f, "the word at {at:#x} is not erased"),
            Self::Host(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for FlashError {}
