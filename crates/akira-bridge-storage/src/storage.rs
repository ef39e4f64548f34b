mod table;
mod tree;

use core::cell::RefCell;

use akira_abi::{AppId, Errno};
use embassy_futures::yield_now;
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::Mutex;

use self::table::Table;
use self::tree::{check_quota, locate, make, prepare};
use crate::listing::Writer;
use crate::open_file::OpenFile;
use crate::path::check_folder;
use crate::{AppFolder, AppPath, FileSystem, FileType, Listing, Names, OpenMode, Stat, Whence};

/// Maximum number of files that one app may have open. A board may set a lower limit with
/// [`Storage::with_files_per_app`].
pub const FILES_PER_APP: usize = 8;

/// Bridge for the native modules `storage` and `fs`: the files of all apps of a device, each app in
/// a folder of its own, with at most `FILES` files open at once.
///
/// The calls `storage_*` and `fs_*` see the same tree and the same open files. Every async call
/// locks the file system for the duration of one operation.
#[derive(Debug)]
pub struct Storage<F, const FILES: usize> {
    files: Mutex<NoopRawMutex, F>,
    open: RefCell<Table<FILES>>,
}

impl<F: FileSystem, const FILES: usize> Storage<F, FILES> {
    /// Creates the bridge on the file system `files`.
    pub const fn new(files: F) -> Self {
        Self {
            files: Mutex::new(files),
            open: RefCell::new(Table::new()),
        }
    }

    /// Limits the number of open files of one app to `most`, which is clamped to [`FILES_PER_APP`].
    /// If `most` is at most `FILES` divided by the number of apps that run at once, no app can use
    /// up the open files of another.
    #[must_use]
    pub fn with_files_per_app(self, most: usize) -> Self {
        self.open.borrow_mut().per_app = most.min(FILES_PER_APP) as u32;
        self
    }

    /// Opens a file and returns its descriptor, 0-7. If the mode creates the file, its parent
    /// directories are created too.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`AppPath::entry`]; `ENOENT` if the file does not exist, `EINVAL` if
    /// the path is a directory, `ENOSPC` if the quota or the storage has no room, `EMFILE` if the
    /// app has reached its limit of open files or all apps together have `FILES` open, `EIO` if the
    /// storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may leave a newly created empty file, new directories, or a truncated
    /// file. No file is left open.
    pub async fn open(
        &self,
        folder: &AppFolder<'_>,
        path: &[u8],
        mode: OpenMode,
    ) -> Result<u32, Errno> {
        let path = AppPath::entry(path)?;
        self.open.borrow().free_fd(folder.app)?;
        let mut files = self.files.lock().await;
        let size = prepare(&mut *files, folder, &path, mode).await?;
        self.open.borrow_mut().open(folder, path, mode, size)
    }

    /// Reads bytes of the open file `fd` at its position, and advances the position. Returns the
    /// number of bytes read; 0 means the end of the file.
    ///
    /// # Errors
    ///
    /// `EBADF` if the app does not have `fd` open for reading, `EINVAL` if `buf` is empty, `ENOENT`
    /// if the file was removed, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the position unchanged.
    pub async fn read(&self, app: AppId, fd: u32, buf: &mut [u8]) -> Result<usize, Errno> {
        let mut files = self.files.lock().await;
        let file = self.present(app, fd)?;
        if !file.mode.read {
            return Err(Errno::EBADF);
        }
        if buf.is_empty() {
            return Err(Errno::EINVAL);
        }
        let read = read_all(&mut *files, &file, buf).await?;
        let position = end(file.position, read)?;
        self.open.borrow_mut().moved(app, fd, position);
        Ok(read)
    }

    /// Writes bytes to the open file `fd` at its position, or at the file's end in append mode, and
    /// advances the position. Returns the number of bytes written.
    ///
    /// If the position is beyond the file's end, the gap is filled with zeros first. Fewer than
    /// `bytes.len()` bytes are written only if the storage fails or fills up during the call.
    ///
    /// # Errors
    ///
    /// `EBADF` if the app does not have `fd` open for writing, `EINVAL` if `bytes` is empty,
    /// `ENOSPC` if the write would exceed the quota, with nothing written, or if the storage is
    /// full, `ENOENT` if the file was removed, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the bytes that the storage has written so far, a prefix of
    /// `bytes`, and the position after them.
    pub async fn write(&self, app: AppId, fd: u32, bytes: &[u8]) -> Result<usize, Errno> {
        let mut files = self.files.lock().await;
        let file = self.present(app, fd)?;
        if !file.mode.write {
            return Err(Errno::EBADF);
        }
        if bytes.is_empty() {
            return Err(Errno::EINVAL);
        }
        let start = file.write_position();
        let growth = end(start, bytes.len())?.saturating_sub(file.size);
        check_quota(&mut *files, file.at().folder, file.quota, growth).await?;
        self.fill(&mut *files, &file, start).await?;
        self.write_all(&mut *files, &file, start, bytes).await
    }

    /// Moves the position of the open file `fd` and returns the new position, in bytes from the
    /// file's start. The position may lie beyond the file's end.
    ///
    /// # Errors
    ///
    /// `EBADF` if the app does not have `fd` open, `EINVAL` if the position would be negative or
    /// above `i32::MAX`.
    pub fn seek(&self, app: AppId, fd: u32, offset: i32, whence: Whence) -> Result<u32, Errno> {
        let mut open = self.open.borrow_mut();
        let file = open.find_mut(app, fd).ok_or(Errno::EBADF)?;
        file.seek(offset, whence)
    }

    /// Returns the position of the open file `fd`, in bytes from the file's start.
    ///
    /// # Errors
    ///
    /// `EBADF` if the app does not have `fd` open.
    pub fn tell(&self, app: AppId, fd: u32) -> Result<u32, Errno> {
        self.file(app, fd).map(|file| file.position)
    }

    /// Closes the open file `fd`. Each write is already persistent, so closing writes nothing.
    ///
    /// # Errors
    ///
    /// `EBADF` if the app does not have `fd` open.
    pub fn close(&self, app: AppId, fd: u32) -> Result<(), Errno> {
        match self.open.borrow_mut().remove(app, fd) {
            true => Ok(()),
            false => Err(Errno::EBADF),
        }
    }

    /// Closes every open file of `app`. The runtime calls this function when the app ends.
    pub fn release(&self, app: AppId) {
        self.open.borrow_mut().release(app);
    }

    /// Removes a file or an empty directory. If the file is open, reads and writes fail with
    /// `ENOENT` from then on, even if a new file is created at the same path.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`AppPath::entry`]; `ENOENT` if the entry does not exist, `EEXIST` if
    /// the directory is not empty (as in POSIX `rmdir`), `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the entry unchanged or removed.
    pub async fn delete(&self, folder: &AppFolder<'_>, path: &[u8]) -> Result<(), Errno> {
        let path = AppPath::entry(path)?;
        let at = locate(folder, path.as_str())?;
        let mut files = self.files.lock().await;
        files.remove(at).await?;
        self.open.borrow_mut().removed(at);
        Ok(())
    }

    /// Creates a directory and its missing parent directories.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`AppPath::entry`]; `EEXIST` if the entry exists, `ENOENT` if a parent
    /// is a file, `ENOSPC` if the quota or the storage has no room, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may leave some of the directories created.
    pub async fn mkdir(&self, folder: &AppFolder<'_>, path: &[u8]) -> Result<(), Errno> {
        let path = AppPath::entry(path)?;
        let mut files = self.files.lock().await;
        make(&mut *files, folder, &path, FileType::Directory).await
    }

    /// Returns the type and size of the entry at `path`.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`AppPath::new`]; `ENOENT` if the entry does not exist, `EIO` if the
    /// storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn stat(&self, folder: &AppFolder<'_>, path: &[u8]) -> Result<Stat, Errno> {
        let path = AppPath::new(path)?;
        let at = locate(folder, path.as_str())?;
        self.files.lock().await.stat(at).await
    }

    /// Writes the names of a directory's entries into `buf`, one per line, with a NUL after the
    /// last. Names that do not fit are omitted completely. Returns the number of names and bytes
    /// written.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`AppPath::new`]; `EINVAL` if `buf` is empty, `ENOENT` if the
    /// directory does not exist, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes no file; `buf` holds some of the names.
    pub async fn list(
        &self,
        folder: &AppFolder<'_>,
        path: &[u8],
        names: Names,
        buf: &mut [u8],
    ) -> Result<Listing, Errno> {
        let mut writer = Writer::new(buf, names).ok_or(Errno::EINVAL)?;
        let path = AppPath::new(path)?;
        let at = locate(folder, path.as_str())?;
        let mut files = self.files.lock().await;
        files
            .list(at, &mut |name, kind| writer.add(name, kind))
            .await?;
        Ok(writer.finish())
    }

    /// Returns the number of entries that the file system has examined since the previous call of
    /// this function. The runtime charges an app for this work, which the results of calls do not
    /// show.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn take_looked_at(&self) -> usize {
        self.files.lock().await.take_looked_at().await
    }

    /// Removes all files in the folder of an app. The runtime calls this function when the app is
    /// uninstalled.
    ///
    /// # Errors
    ///
    /// `EINVAL` if the name is not a valid folder name, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may leave any of the files; the next call removes the rest.
    pub async fn erase(&self, folder: &str) -> Result<(), Errno> {
        check_folder(folder)?;
        self.files.lock().await.clear(folder).await
    }

    /// Consumes the bridge and returns the file system.
    pub fn into_inner(self) -> F {
        self.files.into_inner()
    }

    /// Returns an open file that was not removed.
    fn present(&self, app: AppId, fd: u32) -> Result<OpenFile, Errno> {
        let file = self.file(app, fd)?;
        match file.is_gone {
            true => Err(Errno::ENOENT),
            false => Ok(file),
        }
    }

    fn file(&self, app: AppId, fd: u32) -> Result<OpenFile, Errno> {
        let open = self.open.borrow();
        open.find(app, fd).cloned().ok_or(Errno::EBADF)
    }

    /// Writes zeros from the end of the file to `start`.
    async fn fill(&self, files: &mut F, file: &OpenFile, start: u32) -> Result<(), Errno> {
        static ZEROS: [u8; WRITTEN] = [0; WRITTEN];
        let mut size = file.size;
        while size < start {
            let gap = usize::try_from(start - size).unwrap_or(usize::MAX);
            let zeros = ZEROS.get(..gap).unwrap_or(&ZEROS);
            let written = write_some(files, file, size, zeros).await?;
            size = end(size, written)?;
            self.open.borrow_mut().resized(file.at(), size);
            if size < start {
                yield_now().await;
            }
        }
        Ok(())
    }

    async fn write_all(
        &self,
        files: &mut F,
        file: &OpenFile,
        start: u32,
        bytes: &[u8],
    ) -> Result<usize, Errno> {
        let (mut done, mut given_way) = (0, 0);
        while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
            if done - given_way >= WRITTEN {
                given_way = done;
                yield_now().await;
            }
            let position = end(start, done)?;
            match write_some(files, file, position, rest).await {
                Ok(written) => done += written,
                Err(errno) if done == 0 => return Err(errno),
                Err(_) => break,
            }
            let position = end(start, done)?;
            self.open.borrow_mut().wrote(file, position);
        }
        Ok(done)
    }
}

/// Number of bytes to write before yielding to other tasks: the write unit of a store on flash.
/// With a smaller number, each piece of a file would be written several times.
const WRITTEN: usize = 512;

/// Number of bytes to read before yielding to other tasks.
const PIECE: usize = 2_048;

/// Reads from the position of a file, yielding to other tasks between pieces.
async fn read_all<F: FileSystem>(
    files: &mut F,
    file: &OpenFile,
    buf: &mut [u8],
) -> Result<usize, Errno> {
    let mut done = 0;
    for piece in buf.chunks_mut(PIECE) {
        if done > 0 {
            yield_now().await;
        }
        let read = files
            .read_at(file.at(), end(file.position, done)?, piece)
            .await?;
        done += read;
        if read < piece.len() {
            break;
        }
    }
    Ok(done)
}

/// Writes at least one byte and at most `bytes.len()` bytes, and returns the number.
async fn write_some<F: FileSystem>(
    files: &mut F,
    file: &OpenFile,
    offset: u32,
    bytes: &[u8],
) -> Result<usize, Errno> {
    match files.write_at(file.at(), offset, bytes).await? {
        written if (1..=bytes.len()).contains(&written) => Ok(written),
        _ => Err(Errno::EIO),
    }
}

/// Returns the position `length` bytes after `start`. Positions must fit an i32, because apps
/// receive them as an i32.
fn end(start: u32, length: usize) -> Result<u32, Errno> {
    let length = u32::try_from(length).map_err(|_| Errno::ENOSPC)?;
    let end = start.checked_add(length).ok_or(Errno::ENOSPC)?;
    i32::try_from(end).map(|_| end).map_err(|_| Errno::ENOSPC)
}
