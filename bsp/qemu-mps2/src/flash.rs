//! A NOR flash in the board's PSRAM: the machine has none that its firmware can write.
//!
//! It keeps the discipline of one: a sector is erased at once, and a word is programmed once between erases. It outlives a
//! reset at any instruction, and is lost with the power. Others run after each of its operations, as they do while a chip is
//! busy.

mod error;
#[expect(unsafe_code, reason = "words at fixed addresses")]
mod psram;

use core::ops::Range;

use embassy_futures::yield_now;
use embedded_storage_async::nor_flash::{ErrorType, NorFlash, ReadNorFlash};

pub use error::FlashError;

/// The bytes of the flash.
pub const FLASH_BYTES: u32 = 1 << 20;

/// What is erased at once.
const SECTOR: u32 = 4 << 10;

/// What is programmed at once.
const WORD: u32 = 4;

/// The flash, mapped into memory.
#[derive(Debug)]
pub struct Flash(());

impl Flash {
    /// Returns the flash, which has one owner at a time.
    pub(crate) fn new() -> Self {
        Self(())
    }

    /// Returns the bytes of a range where they are mapped; `None` if it lies beyond the flash.
    ///
    /// Whoever has them sees to it that they are not erased meanwhile, as `akira::install` does.
    pub(crate) fn mapped(range: Range<u32>) -> Option<&'static [u8]> {
        check(&range, 1).ok()?;
        Some(psram::bytes(range))
    }
}

impl ErrorType for Flash {
    type Error = FlashError;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, at: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        let range = range(at, bytes.len())?;
        check(&range, 1)?;
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
    /// A drop leaves some of the sectors erased and the others as they were.
    async fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        check(&(from..to), SECTOR)?;
        for sector in (from..to).step_by(SECTOR as usize) {
            for at in words(sector..sector + SECTOR) {
                psram::write(at, u32::MAX);
            }
            yield_now().await;
        }
        Ok(())
    }

    /// Programs words that are erased.
    ///
    /// # Errors
    ///
    /// [`FlashError::NotErased`] if they are not.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the words programmed.
    async fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), FlashError> {
        let range = range(at, bytes.len())?;
        check(&range, WORD)?;
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

fn range(at: u32, length: usize) -> Result<Range<u32>, FlashError> {
    let length = u32::try_from(length).ok();
    let end = length.and_then(|length| at.checked_add(length));
    Ok(at..end.ok_or(FlashError::OutOfBounds)?)
}

/// Checks that a range lies within the flash, and begins and ends at a multiple of `unit`.
fn check(range: &Range<u32>, unit: u32) -> Result<(), FlashError> {
    if range.start > range.end || range.end > FLASH_BYTES {
        return Err(FlashError::OutOfBounds);
    }
    if !range.start.is_multiple_of(unit) || !range.end.is_multiple_of(unit) {
        return Err(FlashError::Unaligned);
    }
    Ok(())
}
