use std::fmt;
use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use super::file::FlashFile;
use super::{FLASH_BYTES, Flash, Medium};
use akira::store;

/// Why a file cannot be the console's flash. Nothing was written to it.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// The host cannot open, read or write it.
    Host(io::Error),
    /// Another console has it.
    InUse,
    /// It is a folder, a device or the like.
    NotAFile,
    /// It has another length than the flash, or is shorter and not erased.
    Foreign {
        /// Its bytes.
        bytes: u64,
    },
    /// What is on it cannot be used: it is damaged, of a newer format, or no store at all.
    Store(store::Error),
}

impl Flash {
    /// Opens the flash in a file, or makes it if there is none. Nobody else can open it until it is dropped.
    ///
    /// # Errors
    ///
    /// [`OpenError`], never [`OpenError::Store`]: nothing is read that is on the flash.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let is_new = !path.exists();
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = lock(options.open(path)?)?;
        if is_short(&mut file)? {
            // What a console left that was killed while it made the file.
            file.fill()?;
        }
        if is_new {
            sync_parent(path)?;
        }
        Ok(Self(Medium::File(file)))
    }

    /// Copies the flash in a file into memory; the file stays as it is.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), but a file that is not there is not made.
    pub fn copy_of(path: &Path) -> Result<Self, OpenError> {
        let mut file = lock(File::open(path)?)?;
        let mut copy = Self::in_memory();
        if is_short(&mut file)? {
            return Ok(copy);
        }
        if let Medium::Memory(sectors) = &mut copy.0 {
            for (number, sector) in sectors.iter_mut().enumerate() {
                let mut bytes = Box::new([0xFF; super::SECTOR]);
                file.read(number * super::SECTOR, &mut *bytes)?;
                *sector = bytes.iter().any(|byte| *byte != 0xFF).then_some(bytes);
            }
        }
        Ok(copy)
    }
}

/// Takes a file that may be a flash, so that nobody else has it.
fn lock(file: File) -> Result<FlashFile, OpenError> {
    if !file.metadata()?.is_file() {
        return Err(OpenError::NotAFile);
    }
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => OpenError::InUse,
        TryLockError::Error(error) => OpenError::Host(error),
    })?;
    Ok(FlashFile(file))
}

/// Tells whether a file holds erased bytes and fewer than a flash; one of another length is refused.
fn is_short(file: &mut FlashFile) -> Result<bool, OpenError> {
    let bytes = file.0.metadata()?.len();
    if bytes < u64::from(FLASH_BYTES) && file.is_erased()? {
        return Ok(true);
    }
    match bytes == u64::from(FLASH_BYTES) {
        true => Ok(false),
        false => Err(OpenError::Foreign { bytes }),
    }
}

/// Brings the name of a new file to the disk.
fn sync_parent(path: &Path) -> io::Result<()> {
    // Only Unix lets a directory be opened; elsewhere the file system sees to its own order.
    match path.parent().filter(|_| cfg!(unix)) {
        Some(parent) if parent.as_os_str().is_empty() => File::open(".")?.sync_all(),
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        Self::Host(error)
    }
}

impl From<store::Error> for OpenError {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(error) => error.fmt(f),
            Self::InUse => f.write_str("another console uses it; end that one first"),
            Self::NotAFile => f.write_str("it is no file"),
            Self::Foreign { bytes } => write!(
                f,
                "it is no flash of this console: it has {bytes} bytes, and a flash {FLASH_BYTES}"
            ),
            Self::Store(store::Error::Unformatted) => {
                f.write_str("it holds something else than a store of Akira's")
            }
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for OpenError {}
