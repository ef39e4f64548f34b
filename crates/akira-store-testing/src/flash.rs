//! Simulated NOR flash that can lose power in any operation and enforces the rules of datasheets.

use embedded_storage_async::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

use crate::{Choices, Random};

/// NOR flash with pages of `PAGE` bytes, programmed in words of `WORD` bytes and read in units of
/// `READ` bytes.
///
/// One operation programs one word or erases one page. Programming a word twice between erases
/// panics.
#[derive(Clone, Debug)]
pub struct Flash<const PAGE: usize, const WORD: usize, const READ: usize = 1> {
    bytes: Vec<u8>,
    programmed: Vec<bool>,
    random: Random,
    cut_in: Option<u64>,
    dead: bool,
    is_glitch: bool,
    stuck: Option<(usize, u8)>,
    /// Number of erases of each page.
    pub erases: Vec<u32>,
    /// Number of words programmed and pages erased.
    pub operations: u64,
}

/// Reason why an operation of the flash failed.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// The power failed during this or an earlier operation.
    Cut,
    /// The range is out of bounds or not aligned.
    Misuse(NorFlashErrorKind),
}

impl NorFlashError for Failure {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::Cut => NorFlashErrorKind::Other,
            Self::Misuse(kind) => *kind,
        }
    }
}

impl<const PAGE: usize, const WORD: usize, const READ: usize> Flash<PAGE, WORD, READ> {
    /// Creates a flash of `pages` erased pages.
    pub fn new(pages: usize) -> Self {
        Self {
            bytes: vec![0xFF; pages * PAGE],
            programmed: vec![false; pages * PAGE / WORD],
            random: Random::new(1),
            cut_in: None,
            dead: false,
            is_glitch: false,
            stuck: None,
            erases: vec![0; pages],
            operations: 0,
        }
    }

    /// Cuts the power during the operation that follows the next `n`. `seed` determines the bits
    /// that the cut leaves.
    pub fn cut_after(&mut self, n: u64, seed: u64) {
        self.cut_in = Some(n);
        self.random = Random::new(seed);
    }

    /// Fails the operation that follows the next `n` as a power cut would. Later operations work.
    pub fn fail_after(&mut self, n: u64, seed: u64) {
        self.cut_after(n, seed);
        self.is_glitch = true;
    }

    /// Restores the power and cancels a scheduled cut. Returns whether the power was off.
    pub fn power_up(&mut self) -> bool {
        self.cut_in = None;
        core::mem::take(&mut self.dead)
    }

    /// Returns the content as an engine sees it that executes modules in place.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Makes a byte read as `value`, whatever is written to it, as a byte of a worn page does.
    pub fn stick(&mut self, address: usize, value: u8) {
        self.stuck = Some((address, value));
    }

    /// Flips bits without an operation of the flash.
    pub fn flip(&mut self, address: usize, bits: u8) {
        self.bytes[address] ^= bits;
    }

    /// Overwrites bytes without an operation of the flash.
    pub fn overwrite(&mut self, address: usize, bytes: &[u8]) {
        self.bytes[address..address + bytes.len()].copy_from_slice(bytes);
        self.programmed[address / WORD..(address + bytes.len()).div_ceil(WORD)].fill(true);
    }

    /// Replaces the whole content without an operation of the flash. Words of 0xFF count as erased.
    pub fn replace(&mut self, bytes: &[u8]) {
        self.bytes.copy_from_slice(bytes);
        let words = self.bytes.chunks(WORD);
        self.programmed = words.map(|word| word.iter().any(|&b| b != 0xFF)).collect();
    }

    /// Counts an operation. Returns whether the power fails during it.
    fn operation(&mut self) -> bool {
        self.operations += 1;
        match &mut self.cut_in {
            Some(0) if self.is_glitch => {
                self.cut_in = None;
                return true;
            }
            Some(0) => self.dead = true,
            Some(n) => *n -= 1,
            None => {}
        }
        self.dead
    }

    fn program(&mut self, index: usize, word: &[u8]) -> Result<(), Failure> {
        assert!(!self.programmed[index], "word {index} is not erased");
        let cut = self.operation();
        let start = index * WORD;
        let was_blank = self.bytes[start..start + WORD].iter().all(|&b| b == 0xFF);
        assert!(was_blank, "word {index} is not blank");
        for (byte, new) in self.bytes[start..start + WORD].iter_mut().zip(word) {
            // After a power cut during a write, each bit that should have become 0 may still be 1.
            let kept = if cut { self.random.number() as u8 } else { 0 };
            *byte = *new | kept;
        }
        if let Some((address, value)) = self.stuck.filter(|(at, _)| at / WORD == index) {
            self.bytes[address] = value;
        }
        self.programmed[index] = !cut || self.bytes[start..start + WORD].iter().any(|&b| b != 0xFF);
        if cut { Err(Failure::Cut) } else { Ok(()) }
    }

    fn erase_page(&mut self, page: usize) -> Result<(), Failure> {
        let cut = self.operation();
        self.erases[page] += 1;
        let range = page * PAGE..(page + 1) * PAGE;
        let words = range.start / WORD..range.end / WORD;
        if !cut {
            self.bytes[range].fill(0xFF);
            self.programmed[words].fill(false);
            return Ok(());
        }
        self.half_erase(range);
        self.programmed[words].fill(true);
        Err(Failure::Cut)
    }

    /// Leaves one of the possible results of an interrupted erase. Bits may be old or 1; none
    /// becomes 0.
    fn half_erase(&mut self, range: core::ops::Range<usize>) {
        let middle = range.start + self.random.below(PAGE);
        match self.random.below(5) {
            0 => {}
            1 => self.bytes[range.start..middle].fill(0xFF),
            2 => self.bytes[middle..range.end].fill(0xFF),
            3 => self.bytes[range].fill(0xFF),
            _ => {
                for byte in &mut self.bytes[range] {
                    *byte |= self.random.number() as u8;
                }
            }
        }
    }

    fn check(&self, offset: u32, length: usize, unit: usize) -> Result<usize, Failure> {
        let offset = offset as usize;
        if self.dead {
            return Err(Failure::Cut);
        }
        if offset + length > self.bytes.len() {
            return Err(Failure::Misuse(NorFlashErrorKind::OutOfBounds));
        }
        if !offset.is_multiple_of(unit) || !length.is_multiple_of(unit) {
            return Err(Failure::Misuse(NorFlashErrorKind::NotAligned));
        }
        Ok(offset)
    }
}

impl<const PAGE: usize, const WORD: usize, const READ: usize> ErrorType
    for Flash<PAGE, WORD, READ>
{
    type Error = Failure;
}

impl<const PAGE: usize, const WORD: usize, const READ: usize> ReadNorFlash
    for Flash<PAGE, WORD, READ>
{
    const READ_SIZE: usize = READ;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Failure> {
        let start = self.check(offset, bytes.len(), READ)?;
        bytes.copy_from_slice(&self.bytes[start..start + bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl<const PAGE: usize, const WORD: usize, const READ: usize> NorFlash for Flash<PAGE, WORD, READ> {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = PAGE;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), Failure> {
        let start = self.check(from, (to - from) as usize, PAGE)?;
        for page in start / PAGE..to as usize / PAGE {
            self.erase_page(page)?;
        }
        Ok(())
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Failure> {
        let start = self.check(offset, bytes.len(), WORD)?;
        for (i, word) in bytes.chunks(WORD).enumerate() {
            self.program(start / WORD + i, word)?;
        }
        Ok(())
    }
}
