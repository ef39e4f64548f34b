use std::fmt;
use std::fs::{File, Metadata, TryLockError};
use std::io;
use std::path::Path;

use super::file::FlashFile;
use super::{FLASH_BYTES, Flash, Medium};
use akira::store;

/// Reason why a file cannot be used as the console's flash.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// The host cannot open, read or write the file.
    Host(io::Error),
    /// Another console uses the file.
    InUse,
    /// The path is not a regular file.
    NotAFile,
    /// The file is longer than the flash, or shorter and not erased.
    Foreign {
        /// Length of the file in bytes.
        bytes: u64,
    },
    /// The store on the flash cannot be used: it is damaged, of a newer format, or the flash holds
    /// other data.
    Store(store::Error),
}

impl Flash {
    /// Opens the flash in a file; creates the file if it does not exist. The file stays locked
    /// until the flash is dropped.
    ///
    /// # Errors
    ///
    /// [`OpenError`], but never [`OpenError::Store`]: this function does not interpret the
    /// contents.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let is_new = match path.metadata() {
            Ok(metadata) => check_regular(&metadata).map(|()| false)?,
            Err(_) => true,
        };
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = lock(options.open(path)?)?;
        if is_short(&mut file)? {
            // The file is new, or a console was killed while it created the file.
            file.fill()?;
        }
        if is_new {
            sync_parent(path)?;
        }
        Ok(Self(Medium::File(file)))
    }

    /// Copies the flash in a file into memory. The file is not changed.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open), and [`OpenError::Host`] if the file does not exist.
    pub fn copy_of(path: &Path) -> Result<Self, OpenError> {
        check_regular(&path.metadata()?)?;
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

/// Rejects a directory, device or pipe. To be called before it is opened, too: that waits for the
/// other end of a pipe, perhaps for ever.
fn check_regular(metadata: &Metadata) -> Result<(), OpenError> {
    match metadata.is_file() {
        true => Ok(()),
        false => Err(OpenError::NotAFile),
    }
}

/// Locks a regular file for exclusive use.
fn lock(file: File) -> Result<FlashFile, OpenError> {
    check_regular(&file.metadata()?)?;
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => OpenError::InUse,
        TryLockError::Error(error) => OpenError::Host(error),
    })?;
    Ok(FlashFile(file))
}

/// Returns whether a file is shorter than the flash and erased. Returns an error if its length is
/// wrong otherwise.
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

/// Syncs the directory entry of a new file to the disk.
fn sync_parent(path: &Path) -> io::Result<()> {
    // Only Unix can open a directory to sync it; other systems order these writes themselves.
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
            Self::InUse => f.write_str("another console uses it; stop that one first"),
            Self::NotAFile => f.write_str("it is not a regular file"),
            Self::Foreign { bytes } => write!(
                f,
                "it is not a flash of this console: it has {bytes} bytes, a flash has {FLASH_BYTES}"
            ),
            Self::Store(store::Error::Unformatted) => {
                f.write_str("it does not contain an Akira store")
            }
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for OpenError {}
