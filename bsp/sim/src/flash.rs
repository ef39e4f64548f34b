//! The console's flash: a NOR flash like that of an ESP32-S3's module, in a file of the host or in memory.
//!
//! The file holds the bytes of the chip as they are. What the flash has done is on the host's disk when a call returns, in
//! that order, so a console that is killed, or whose host loses power, has what a chip would have after a power cut. A
//! call blocks while the disk works; others run after each sector, as they do while a chip is busy.

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

/// The bytes of the flash.
pub const FLASH_BYTES: u32 = 16 << 20;

/// What is erased at once, in bytes.
const SECTOR: usize = 4096;

/// What is programmed and read at once, in bytes.
const WORD: usize = 4;

/// The console's flash.
#[derive(Debug)]
pub struct Flash(Medium);

#[derive(Debug)]
enum Medium {
    File(FlashFile),
    /// The sectors; one that is not there is erased.
    Memory(Vec<Option<Box<[u8; SECTOR]>>>),
}

/// Why the flash did not do something.
#[derive(Debug)]
pub enum FlashError {
    /// A range lies beyond the flash.
    OutOfBounds,
    /// A range does not begin and end at words or, to be erased, at sectors.
    NotAligned,
    /// A word is to be programmed that is not erased.
    NotErased {
        /// Where it lies, in bytes from the flash's start.
        at: usize,
    },
    /// The host cannot read or write the file.
    Host(io::Error),
}

impl Flash {
    /// Makes a flash in memory, which comes erased and is gone when it is dropped.
    pub fn in_memory() -> Self {
        let sectors = FLASH_BYTES as usize / SECTOR;
        Self(Medium::Memory(vec![None; sectors]))
    }

    /// Says whether no byte of it is programmed.
    ///
    /// # Errors
    ///
    /// Those of the host.
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

    /// Refuses words within one sector that are not erased.
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
    /// It does not wait.
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
    /// A drop leaves some of the sectors erased and the others as they were.
    async fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        let length = to.checked_sub(from).ok_or(FlashError::OutOfBounds)?;
        let from = check(from, length as usize, SECTOR)?;
        for at in (from..from + length as usize).step_by(SECTOR) {
            self.erase_sector(at)?;
            yield_now().await;
        }
        Ok(())
    }

    /// Programs words that are erased.
    ///
    /// # Errors
    ///
    /// [`FlashError::NotErased`] if they are not: a chip would mix the old bits with the new ones.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the words programmed up to the end of a sector, or all.
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

/// Cuts a range where sectors end.
fn pieces(at: usize, length: usize) -> impl Iterator<Item = Range<usize>> {
    let end = at + length;
    let sectors = at / SECTOR..end.div_ceil(SECTOR);
    sectors.map(move |sector| at.max(sector * SECTOR)..end.min((sector + 1) * SECTOR))
}

/// Checks that a range lies on the flash, and begins and ends at multiples of `unit`; returns where it begins.
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
            Self::NotAligned => f.write_str("the range does not begin and end where it must"),
            Self::NotErased { at } => write!(f, "the word at {at:#x} is not erased"),
            Self::Host(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for FlashError {}
