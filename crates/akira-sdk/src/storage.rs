//! Files of the app.

use core::ffi::CStr;

use akira_abi::Errno;

use crate::errno::{check, done, length};
use crate::{calls, raw};

const READ: u32 = 0;
const WRITE: u32 = 1;
const APPEND: u32 = 2;

/// Open file. It closes on drop.
#[derive(Debug)]
pub struct File {
    fd: i32,
}

impl File {
    /// Opens a file to read it.
    ///
    /// # Errors
    ///
    /// [`Errno::ENOENT`] if the file does not exist, [`Errno::EMFILE`] if the app has too many open
    /// files, [`Errno::EACCES`] if the path leaves the app's folder, [`Errno::EPERM`] without
    /// `storage.read`.
    pub fn open(path: &CStr) -> Result<Self, Errno> {
        Self::with_flags(path, READ)
    }

    /// Creates a file for writing. Empties the file if it exists.
    ///
    /// # Errors
    ///
    /// The same as for [`open`](Self::open), with `storage.write` instead of `storage.read`.
    pub fn create(path: &CStr) -> Result<Self, Errno> {
        Self::with_flags(path, WRITE)
    }

    /// Opens a file for writing at its end. Creates the file if it does not exist.
    ///
    /// # Errors
    ///
    /// The same as for [`create`](Self::create).
    pub fn append(path: &CStr) -> Result<Self, Errno> {
        Self::with_flags(path, APPEND)
    }

    /// Reads from the current position and advances it. Returns the number of bytes read, 0 at the
    /// end of the file.
    ///
    /// # Errors
    ///
    /// [`Errno::EIO`] if the storage fails.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Errno> {
        length(calls::storage_read(self.fd, buffer))
    }

    /// Writes at the current position and advances it. Returns the number of bytes written.
    ///
    /// # Errors
    ///
    /// [`Errno::ENOSPC`] if the app's share of the storage is full, [`Errno::EIO`] if the storage
    /// fails.
    pub fn write(&mut self, data: &[u8]) -> Result<usize, Errno> {
        length(calls::storage_write(self.fd, data))
    }

    fn with_flags(path: &CStr, flags: u32) -> Result<Self, Errno> {
        let fd = calls::storage_open(path, flags);
        check(fd).map(|_| Self { fd })
    }
}

impl Drop for File {
    fn drop(&mut self) {
        raw::storage_close(self.fd);
    }
}

/// Deletes a file.
///
/// # Errors
///
/// [`Errno::ENOENT`] if the file does not exist, [`Errno::EPERM`] without `storage.write`.
pub fn delete(path: &CStr) -> Result<(), Errno> {
    done(calls::storage_delete(path))
}

/// Lists a folder: one name per line, with a trailing `/` for folders.
///
/// # Errors
///
/// [`Errno::ENOENT`] if the folder does not exist, [`Errno::EPERM`] without `storage.read`.
pub fn list<'a>(path: &CStr, buffer: &'a mut [u8]) -> Result<&'a CStr, Errno> {
    check(calls::storage_list(path, buffer))?;
    CStr::from_bytes_until_nul(buffer).map_err(|_| Errno::EIO)
}
