use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use super::{FLASH_BYTES, SECTOR};

/// An erased sector.
const ERASED: [u8; SECTOR] = [0xFF; SECTOR];

/// File that holds a flash, locked for exclusive use.
#[derive(Debug)]
pub(super) struct FlashFile(pub(super) File);

impl FlashFile {
    pub(super) fn read(&mut self, at: usize, bytes: &mut [u8]) -> io::Result<()> {
        self.0.seek(SeekFrom::Start(at as u64))?;
        self.0.read_exact(bytes)
    }

    /// Writes bytes and syncs them to the disk.
    pub(super) fn write(&mut self, at: usize, bytes: &[u8]) -> io::Result<()> {
        self.0.seek(SeekFrom::Start(at as u64))?;
        self.0.write_all(bytes)?;
        self.0.sync_data()
    }

    /// Erases a sector. An erased sector is not written again, because a read is faster than a
    /// synced write.
    pub(super) fn erase(&mut self, at: usize) -> io::Result<()> {
        let mut present = ERASED;
        self.read(at, &mut present)?;
        if present == ERASED {
            return Ok(());
        }
        self.write(at, &ERASED)
    }

    pub(super) fn is_erased(&mut self) -> io::Result<bool> {
        self.0.seek(SeekFrom::Start(0))?;
        let mut present = [0; SECTOR];
        loop {
            match self.0.read(&mut present)? {
                0 => return Ok(true),
                length if present[..length].iter().any(|byte| *byte != 0xFF) => return Ok(false),
                _ => {}
            }
        }
    }

    /// Extends the file to the size of the flash with erased bytes.
    pub(super) fn fill(&mut self) -> io::Result<()> {
        let mut length = self.0.seek(SeekFrom::End(0))?;
        while length < u64::from(FLASH_BYTES) {
            let missing = u64::from(FLASH_BYTES) - length;
            let piece = &ERASED[..missing.min(SECTOR as u64) as usize];
            self.0.write_all(piece)?;
            length += piece.len() as u64;
        }
        self.0.sync_all()
    }
}
