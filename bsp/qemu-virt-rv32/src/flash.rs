//! The machine's second flash: two 16-bit chips in parallel, with Intel's command set (JEDEC JESD68.01; Intel's
//! datasheet of the StrataFlash P30 has the commands).
//!
//! While the chips execute a command they answer every read with their status, so no code may read the flash then: no
//! task runs until the command has ended, and no interrupt handler reads flash.

#[expect(unsafe_code, reason = "words at fixed addresses")]
mod bus;
mod error;

use core::ops::Range;

use akira_board::flash::{check_erase, check_read, check_write};
use embassy_futures::yield_now;
use embedded_storage_async::nor_flash::{ErrorType, NorFlash, ReadNorFlash};

use crate::clock;
pub use error::FlashError;

/// Size of the flash in bytes: of both chips.
pub const FLASH_BYTES: u32 = 32 << 20;

/// Erase unit in bytes: a sector of 128 KiB of each chip.
const SECTOR: u32 = 256 << 10;

/// Program unit in bytes: less than the chips' buffers hold. No command crosses such a block.
const BLOCK: u32 = 1 << 10;

/// Size of a word in bytes: 16 bits of each chip.
const WORD: u32 = 4;

/// Commands, and bits of the status, for both chips at once.
mod code {
    const fn both(chip: u32) -> u32 {
        chip << 16 | chip
    }

    pub(super) const ERASE: u32 = both(0x20);
    pub(super) const CLEAR_STATUS: u32 = both(0x50);
    pub(super) const SET_UP_LOCK: u32 = both(0x60);
    pub(super) const QUERY: u32 = both(0x98);
    pub(super) const CONFIRM: u32 = both(0xd0);
    pub(super) const WRITE_TO_BUFFER: u32 = both(0xe8);
    pub(super) const READ_ARRAY: u32 = both(0xff);

    pub(super) const READY: u32 = both(1 << 7);
    /// Failure bits: erase, program, voltage, lock.
    pub(super) const FAILED: u32 = both(1 << 5 | 1 << 4 | 1 << 3 | 1 << 1);
}

/// Expected answers of the chips to the query command, by the number of the word (JESD68.01, table 1).
const IDENTITY: &[(u32, u32)] = &[
    (0x10, b'Q' as u32),
    (0x11, b'R' as u32),
    (0x12, b'Y' as u32),
    // Intel's commands.
    (0x13, 0x01),
    // 2^24 bytes in each.
    (0x27, 24),
    // One kind of sector: 128 of them, of 512 times 256 bytes.
    (0x2c, 1),
    (0x2d, 127),
    (0x2e, 0),
    (0x2f, 0x00),
    (0x30, 0x02),
];

/// Maximum time of a command: four times the datasheet's value for erasing a sector.
const PATIENCE_US: u64 = 16_000_000;

/// Driver of the machine's second flash, which is mapped into memory.
#[derive(Debug)]
pub struct Flash(());

impl Flash {
    /// Finds the flash and checks that its chips are supported. Call it once: the chips can have
    /// only one driver.
    ///
    /// # Errors
    ///
    /// [`FlashError::Foreign`] if the chips are different ones or do not answer.
    pub fn find() -> Result<Self, FlashError> {
        bus::write(0, code::QUERY);
        let foreign = IDENTITY.iter().find_map(|(word, expected)| {
            let found = bus::read(word * WORD);
            (found != expected << 16 | expected).then_some(*word)
        });
        bus::write(0, code::READ_ARRAY);
        match foreign {
            Some(word) => Err(FlashError::Foreign { word }),
            None => Ok(Self(())),
        }
    }

    /// Returns the mapped bytes of a range; `None` if the range lies beyond the flash.
    ///
    /// The holder must make sure that the bytes are not erased while it holds them, as
    /// `akira::install` does.
    pub(crate) fn mapped(range: Range<u32>) -> Option<&'static [u8]> {
        let length = range.end.checked_sub(range.start)?;
        check_read(&Self(()), range.start, length as usize).ok()?;
        Some(bus::bytes(range.start, length))
    }

    fn erase_sector(&mut self, at: u32) -> Result<(), FlashError> {
        bus::write(at, code::CLEAR_STATUS);
        // Sectors are locked after power-on.
        bus::write(at, code::SET_UP_LOCK);
        bus::write(at, code::CONFIRM);
        bus::write(at, code::ERASE);
        bus::write(at, code::CONFIRM);
        let erased = wait(at);
        bus::write(at, code::READ_ARRAY);
        erased
    }

    /// Programs whole words within one block.
    fn program(&mut self, at: u32, words: &[[u8; WORD as usize]]) -> Result<(), FlashError> {
        let Some(more) = words.len().checked_sub(1) else {
            return Ok(());
        };
        bus::write(at, code::CLEAR_STATUS);
        bus::write(at, code::WRITE_TO_BUFFER);
        let programmed = wait(at).and_then(|()| {
            let more = more as u32;
            bus::write(at, more << 16 | more);
            for (at, word) in (at..).step_by(WORD as usize).zip(words) {
                bus::write(at, u32::from_le_bytes(*word));
            }
            bus::write(at, code::CONFIRM);
            wait(at)
        });
        bus::write(at, code::READ_ARRAY);
        programmed
    }
}

/// Waits for the end of a command by spinning, so that no task runs: during a command, reads of the
/// flash return the chips' status.
fn wait(at: u32) -> Result<(), FlashError> {
    let end = clock::micros() + PATIENCE_US;
    loop {
        let status = bus::read(at);
        if status & code::READY == code::READY {
            return match status & code::FAILED {
                0 => Ok(()),
                _ => Err(FlashError::Failed { at, status }),
            };
        }
        if clock::micros() > end {
            return Err(FlashError::Failed { at, status });
        }
    }
}

impl ErrorType for Flash {
    type Error = FlashError;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    /// # Cancel safety
    ///
    /// The future never waits, so it cannot be dropped halfway.
    async fn read(&mut self, at: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        check_read(self, at, bytes.len())?;
        bus::copy(at, bytes);
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
        for at in check_erase(self, from, to)?.step_by(SECTOR as usize) {
            self.erase_sector(at)?;
            yield_now().await;
        }
        Ok(())
    }

    /// Programs erased words.
    ///
    /// # Errors
    ///
    /// [`FlashError::NotErased`] if a word is not erased. A real chip would keep the old zeros; the
    /// chip that QEMU emulates would not.
    ///
    /// # Cancel safety
    ///
    /// After a drop, the words are programmed up to the end of a block, or all of them.
    async fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), FlashError> {
        check_write(self, at, bytes.len())?;
        let (words, _) = bytes.as_chunks::<{ WORD as usize }>();
        let mut at = at;
        let mut rest = words;
        while !rest.is_empty() {
            let room = (BLOCK - at % BLOCK) / WORD;
            let (now, later) = rest.split_at(rest.len().min(room as usize));
            let end = at + now.len() as u32 * WORD;
            if let Some(at) = first_programmed(at..end) {
                return Err(FlashError::NotErased { at });
            }
            self.program(at, now)?;
            yield_now().await;
            (at, rest) = (end, later);
        }
        Ok(())
    }
}

fn first_programmed(range: Range<u32>) -> Option<u32> {
    let mut words = range.step_by(WORD as usize);
    words.find(|at| bus::read(*at) != u32::MAX)
}
