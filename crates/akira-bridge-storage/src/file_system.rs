use akira_abi::Errno;

use crate::{FileType, Stat};

/// Bytes that each file and directory costs an app in addition to its content: as much as one piece of a file on flash,
/// because an entry takes as much of the flash and its index as a piece does.
pub const ENTRY_BYTES: u32 = 512;

/// Names an entry: a path within the folder of one app.
///
/// [`Storage`](crate::Storage) passes only checked paths: the folder is one name, the path is names joined by `/` or
/// empty for the folder itself, and no name is `.` or `..`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilePath<'a> {
    /// The app's folder.
    pub folder: &'a str,
    /// The path within it.
    pub path: &'a str,
}

/// Keeps files and directories, a folder for each app.
///
/// Folders need no creation: an unused folder is empty. Files are not opened or closed. An implementation may cache,
/// but the effect of a call that has returned survives every later power cut.
///
/// **Power cuts:** a call interrupted by a power cut takes effect completely or not at all, and nothing else has
/// changed. So that large writes need no large buffer, [`write_at`](Self::write_at) may write only the first bytes of
/// its argument.
#[expect(
    async_fn_in_trait,
    reason = "`Send` is never required: a device runs on one executor"
)]
pub trait FileSystem {
    /// Returns the type and size of the entry at `at`; the folder itself is always a directory.
    ///
    /// # Errors
    ///
    /// `ENOENT` if no entry exists, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    async fn stat(&mut self, at: FilePath<'_>) -> Result<Stat, Errno>;

    /// Makes an empty file or directory, in a directory that exists.
    ///
    /// # Errors
    ///
    /// `EEXIST` if an entry exists, `ENOENT` if its directory does not exist, `ENOSPC` if there is no room, `EIO` if
    /// the storage fails.
    ///
    /// # Cancel safety
    ///
    /// A drop is a power cut.
    async fn create(&mut self, at: FilePath<'_>, kind: FileType) -> Result<(), Errno>;

    /// Removes a file or an empty directory.
    ///
    /// # Errors
    ///
    /// `ENOENT` if no entry exists, `EEXIST` if the directory is not empty, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// A drop is a power cut.
    async fn remove(&mut self, at: FilePath<'_>) -> Result<(), Errno>;

    /// Empties a file.
    ///
    /// # Errors
    ///
    /// `ENOENT` if there is no such file, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// A drop is a power cut.
    async fn truncate(&mut self, at: FilePath<'_>) -> Result<(), Errno>;

    /// Copies bytes of a file to the start of `buf` and returns how many: fewer than the length of `buf` only at the
    /// end of the file.
    ///
    /// # Errors
    ///
    /// `ENOENT` if there is no such file, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    async fn read_at(
        &mut self,
        at: FilePath<'_>,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<usize, Errno>;

    /// Writes bytes from the start of `bytes`, which is not empty, and returns how many, at least one.
    ///
    /// `offset` is at most the size of the file.
    ///
    /// # Errors
    ///
    /// `ENOENT` if there is no such file, `EINVAL` beyond its end, `ENOSPC` if there is no room, `EIO` if the storage
    /// fails; then nothing was written.
    ///
    /// # Cancel safety
    ///
    /// A drop is a power cut.
    async fn write_at(
        &mut self,
        at: FilePath<'_>,
        offset: u32,
        bytes: &[u8],
    ) -> Result<usize, Errno>;

    /// Calls `each` with the name and kind of each entry of a directory, in an order that is the same every time,
    /// until it returns `false`.
    ///
    /// # Errors
    ///
    /// `ENOENT` if there is no such directory, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    async fn list(
        &mut self,
        at: FilePath<'_>,
        each: &mut dyn FnMut(&str, FileType) -> bool,
    ) -> Result<(), Errno>;

    /// Returns the size of a folder: the bytes of its files and [`ENTRY_BYTES`] for each entry.
    ///
    /// # Errors
    ///
    /// `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    async fn used(&mut self, folder: &str) -> Result<u32, Errno>;

    /// Returns how many entries were examined since the last call, and resets the count. A call may examine many
    /// entries and return none.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    async fn take_looked_at(&mut self) -> usize {
        0
    }

    /// Removes a folder and its contents.
    ///
    /// # Errors
    ///
    /// `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// After a drop or a power cut any part of it may remain; the next call removes the rest.
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
