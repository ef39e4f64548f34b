//! Simulated NOR flash in the board's PSRAM: the machine has no flash that its firmware can write.
//!
//! It follows the rules of NOR flash: a whole sector is erased at once, and a word is programmed once between erases.
//! Its content survives a reset at any instruction, and is lost at power-off. Each operation yields to other tasks, as
//! the driver of a busy chip does.

mod error;
#[expect(unsafe_code, reason = "words at fixed addresses")]
mod psram;

use core::ops::Range;

use akira_board::flash::{check_erase, check_read, check_write};
use embassy_futures::yield_now;
use embedded_storage_async::nor_flash::{ErrorType, NorFlash, ReadNorFlash};

pub use error::FlashError;

/// Size of the flash in bytes.
pub const FLASH_BYTES: u32 = 1 << 20;

/// Erase unit in bytes.
const SECTOR: u32 = 4 << 10;

/// Program unit in bytes.
const WORD: u32 = 4;

/// Memory-mapped flash.
#[derive(Debug)]
pub struct Flash(());

impl Flash {
    /// Returns the flash, which has one owner at a time.
    pub(crate) fn new() -> Self {
        Self(())
    }

    /// Returns the mapped bytes of a range; `None` if the range lies beyond the flash.
    ///
    /// The holder must make sure that the bytes are not erased while it holds them, as
    /// `akira::install` does.
    pub(crate) fn mapped(range: Range<u32>) -> Option<&'static [u8]> {
        let length = range.end.checked_sub(range.start)?;
        let range = check_read(&Self(()), range.start, length as usize).ok()?;
        Some(psram::bytes(range))
    }
}

impl ErrorType for Flash {
    type Error = FlashError;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, at: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        let range = check_read(self, at, bytes.len())?;
        bytes.copy_from_slice(psram::bytes(range));
        Ok(())
    }

    fn capacity(&self) -> usize {
        FLASH_BYTES as usize
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = WORD as usize;
    const ERASE_SIZE: usize = SECTOR as usize;

    /// # Cancel safety
    ///
    /// A drop leaves some of the sectors erased and the others unchanged.
    async fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        for sector in check_erase(self, from, to)?.step_by(SECTOR as usize) {
            for at in words(sector..sector + SECTOR) {
                psram::write(at, u32::MAX);
            }
            yield_now().await;
        }
        Ok(())
    }

    /// Programs erased words.
    ///
    /// # Errors
    ///
    /// [`FlashError::NotErased`] if a word is not erased.
    ///
    /// # Cancel safety
    ///
    /// After a drop, all words are programmed.
    async fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), FlashError> {
        let range = check_write(self, at, bytes.len())?;
        if let Some(at) = words(range.clone()).find(|at| psram::read(*at) != u32::MAX) {
            return Err(FlashError::NotErased { at });
        }
        let (programmed, _) = bytes.as_chunks();
        for (at, word) in words(range).zip(programmed) {
            psram::write(at, u32::from_le_bytes(*word));
        }
        yield_now().await;
        Ok(())
    }
}

fn words(range: Range<u32>) -> impl Iterator<Item = u32> {
    range.step_by(WORD as usize)
}
