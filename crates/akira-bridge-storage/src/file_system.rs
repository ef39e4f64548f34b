use akira_abi::Errno;

use crate::{FileType, Stat};

/// Bytes that each file and directory costs an app in addition to its content. The cost equals one
/// piece of a file on flash, because an entry takes as much of the flash and its index as a piece
/// does.
pub const ENTRY_BYTES: u32 = 512;

/// Location of a file or directory: a path within the folder of one app.
///
/// [`Storage`](crate::Storage) passes only checked paths: the folder is one name, the path consists
/// of names joined by `/` or is empty for the folder itself, and no name is `.` or `..`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilePath<'a> {
    /// Name of the app's folder.
    pub folder: &'a str,
    /// Path within the folder; empty for the folder itself.
    pub path: &'a str,
}

/// Stores files and directories, in a folder for each app.
///
/// Folders need not be created: an unused folder is empty. Files are not opened or closed. An
/// implementation may cache, but the effect of a call that has returned survives every later power
/// cut.
///
/// **Power cuts:** a call interrupted by a power cut takes effect completely or not at all, and
/// nothing else has changed. [`write_at`](Self::write_at) may write only the first bytes of its
/// argument, so that large writes need no large buffer.
#[expect(
    async_fn_in_trait,
    reason = "`Send` is never required: a device runs on one executor"
)]
pub trait FileSystem {
    /// Returns the type and size of the entry at `at`. The folder itself is always a directory.
    ///
    /// # Errors
    ///
    /// `ENOENT` if the entry does not exist, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    async fn stat(&mut self, at: FilePath<'_>) -> Result<Stat, Errno>;

    /// Creates an empty file or directory in an existing directory.
    ///
    /// # Errors
    ///
    /// `EEXIST` if the entry exists, `ENOENT` if its parent directory does not exist, `ENOSPC` if
    /// the storage has no room, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has the effect of a power cut: the call took effect completely or not at
    /// all.
    async fn create(&mut self, at: FilePath<'_>, kind: FileType) -> Result<(), Errno>;

    /// Removes a file or an empty directory.
    ///
    /// # Errors
    ///
    /// `ENOENT` if the entry does not exist, `EEXIST` if the directory is not empty, `EIO` if the
    /// storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has the effect of a power cut: the call took effect completely or not at
    /// all.
    async fn remove(&mut self, at: FilePath<'_>) -> Result<(), Errno>;

    /// Truncates a file to length 0.
    ///
    /// # Errors
    ///
    /// `ENOENT` if the file does not exist, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has the effect of a power cut: the call took effect completely or not at
    /// all.
    async fn truncate(&mut self, at: FilePath<'_>) -> Result<(), Errno>;

    /// Copies bytes of a file, starting at `offset`, to the start of `buf`. Returns the number of
    /// bytes copied, which is less than `buf.len()` only at the end of the file.
    ///
    /// # Errors
    ///
    /// `ENOENT` if the file does not exist, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    async fn read_at(
        &mut self,
        at: FilePath<'_>,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<usize, Errno>;

    /// Writes bytes from the start of `bytes`, which is not empty, to a file at `offset`. Returns
    /// the number of bytes written, at least one.
    ///
    /// `offset` is at most the size of the file.
    ///
    /// # Errors
    ///
    /// `ENOENT` if the file does not exist, `EINVAL` if `offset` is beyond its end, `ENOSPC` if the
    /// storage has no room, `EIO` if the storage fails. In all cases nothing was written.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has the effect of a power cut: the call took effect completely or not at
    /// all.
    async fn write_at(
        &mut self,
        at: FilePath<'_>,
        offset: u32,
        bytes: &[u8],
    ) -> Result<usize, Errno>;

    /// Calls `each` with the name and type of each entry of a directory until `each` returns
    /// `false`. The order of the entries is the same every time.
    ///
    /// # Errors
    ///
    /// `ENOENT` if the directory does not exist, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    async fn list(
        &mut self,
        at: FilePath<'_>,
        each: &mut dyn FnMut(&str, FileType) -> bool,
    ) -> Result<(), Errno>;

    /// Returns the size of a folder in bytes: the bytes of its files, and [`ENTRY_BYTES`] for each
    /// entry.
    ///
    /// # Errors
    ///
    /// `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    async fn used(&mut self, folder: &str) -> Result<u32, Errno>;

    /// Returns the number of entries that were examined since the previous call of this function,
    /// so that the caller can charge an app for the work: a call may examine many entries and
    /// return none.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    async fn take_looked_at(&mut self) -> usize {
        0
    }

    /// Removes a folder and all its contents.
    ///
    /// # Errors
    ///
    /// `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future, like a power cut, may leave any part of the folder; the next call
    /// removes the rest.
    async fn clear(&mut self, folder: &str) -> Result<(), Errno>;
}

impl<T: FileSystem + ?Sized> FileSystem for &mut T {
    async fn stat(&mut self, at: FilePath<'_>) -> Result<Stat, Errno> {
        (**self).stat(at).await
    }

    async fn create(&mut self, at: FilePath<'_>, kind: FileType) -> Result<(), Errno> {
        (**self).create(at, kind).await
    }

    async fn remove(&mut self, at: FilePath<'_>) -> Result<(), Errno> {
        (**self).remove(at).await
    }

    async fn truncate(&mut self, at: FilePath<'_>) -> Result<(), Errno> {
        (**self).truncate(at).await
    }

    async fn read_at(
        &mut self,
        at: FilePath<'_>,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<usize, Errno> {
        (**self).read_at(at, offset, buf).await
    }

    async fn write_at(
        &mut self,
        at: FilePath<'_>,
        offset: u32,
        bytes: &[u8],
    ) -> Result<usize, Errno> {
        (**self).write_at(at, offset, bytes).await
    }

    async fn list(
        &mut self,
        at: FilePath<'_>,
        each: &mut dyn FnMut(&str, FileType) -> bool,
    ) -> Result<(), Errno> {
        (**self).list(at, each).await
    }

    async fn used(&mut self, folder: &str) -> Result<u32, Errno> {
        (**self).used(folder).await
    }

    async fn take_looked_at(&mut self) -> usize {
        (**self).take_looked_at().await
    }

    async fn clear(&mut self, folder: &str) -> Result<(), Errno> {
        (**self).clear(folder).await
    }
}
