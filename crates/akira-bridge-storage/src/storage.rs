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

/// How many files one app may have open, if the board has room for no fewer.
pub const FILES_PER_APP: usize = 8;

/// The files of all apps of a device, each app in a folder of its own, with `FILES` open at once.
///
/// `storage_*` and `fs_*` see the same tree and the same open files. Every call that can wait holds the file system for
/// one operation of it.
#[derive(Debug)]
pub struct Storage<F, const FILES: usize> {
    files: Mutex<NoopRawMutex, F>,
    open: RefCell<Table<FILES>>,
}

impl<F: FileSystem, const FILES: usize> Storage<F, FILES> {
    /// Keeps the files in `files`.
    pub const fn new(files: F) -> Self {
        Self {
            files: Mutex::new(files),
            open: RefCell::new(Table::new()),
        }
    }

    /// Lets one app have so many files open, at most [`FILES_PER_APP`]: with no more than `FILES` by the apps that run at once,
    /// no app takes what another needs.
    #[must_use]
    pub fn with_files_per_app(self, most: usize) -> Self {
        self.open.borrow_mut().per_app = most.min(FILES_PER_APP) as u32;
        self
    }

    /// Opens a file and returns its number, 0-7; a file that is to be created gets its directories too.
    ///
    /// # Errors
    ///
    /// Those of [`AppPath::entry`]; `ENOENT` if there is no such file, `EINVAL` if it is a directory, `ENOSPC` over the
    /// quota or if the storage is full, `EMFILE` if the app has as many files open as it may or the device `FILES`, `EIO` if the
    /// storage fails.
    ///
    /// # Cancel safety
    ///
    /// A drop may leave an empty file or directories that were made, or a file emptied; nothing is left open.
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

    /// Reads from the position of `fd` on, moves it, and returns how many bytes; 0 is the end.
    ///
    /// # Errors
    ///
    /// `EBADF` if the app has no such file open for reading, `EINVAL` if `buf` is empty, `ENOENT` if the file is
    /// gone, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the position where it was.
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

    /// Writes at the position of `fd`, or at the end if it appends, moves the position, and returns how many bytes.
    ///
    /// A position beyond the end is first reached with zeros. Fewer bytes than given are written only if the storage
    /// fails or fills up in between.
    ///
    /// # Errors
    ///
    /// `EBADF` if the app has no such file open for writing, `EINVAL` if `bytes` is empty, `ENOSPC` over the quota, with
    /// nothing written, or if the storage is full, `ENOENT` if the file is gone, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the bytes that the storage has taken so far, from the first on, and the position after them.
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

    /// Moves the position of `fd` and returns it. It may lie beyond the end.
    ///
    /// # Errors
    ///
    /// `EBADF` if the app has no such file open, `EINVAL` if the position would be negative or above `i32::MAX`.
    pub fn seek(&self, app: AppId, fd: u32, offset: i32, whence: Whence) -> Result<u32, Errno> {
        let mut open = self.open.borrow_mut();
        let file = open.find_mut(app, fd).ok_or(Errno::EBADF)?;
        file.seek(offset, whence)
    }

    /// Returns the position of `fd`.
    ///
    /// # Errors
    ///
    /// `EBADF` if the app has no such file open.
    pub fn tell(&self, app: AppId, fd: u32) -> Result<u32, Errno> {
        self.file(app, fd).map(|file| file.position)
    }

    /// Closes `fd`. Nothing is left to be written.
    ///
    /// # Errors
    ///
    /// `EBADF` if the app has no such file open.
    pub fn close(&self, app: AppId, fd: u32) -> Result<(), Errno> {
        match self.open.borrow_mut().remove(app, fd) {
            true => Ok(()),
            false => Err(Errno::EBADF),
        }
    }

    /// Closes every file of `app`. For the runtime, when the app ends.
    pub fn release(&self, app: AppId) {
        self.open.borrow_mut().release(app);
    }

    /// Removes a file or an empty directory. If it is open, reads and writes fail with `ENOENT` from now on, also when another file gets
    /// its path.
    ///
    /// # Errors
    ///
    /// Those of [`AppPath::entry`]; `ENOENT` if there is nothing, `EEXIST` if the directory is not empty (as POSIX has
    /// it for `rmdir`), `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the entry or removes it.
    pub async fn delete(&self, folder: &AppFolder<'_>, path: &[u8]) -> Result<(), Errno> {
        let path = AppPath::entry(path)?;
        let at = locate(folder, path.as_str())?;
        let mut files = self.files.lock().await;
        files.remove(at).await?;
        self.open.borrow_mut().removed(at);
        Ok(())
    }

    /// Makes a directory and those that it lies in.
    ///
    /// # Errors
    ///
    /// Those of [`AppPath::entry`]; `EEXIST` if there is an entry, `ENOENT` if one on the way is a file, `ENOSPC` over the
    /// quota or if the storage is full, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// A drop may leave some of the directories made.
    pub async fn mkdir(&self, folder: &AppFolder<'_>, path: &[u8]) -> Result<(), Errno> {
        let path = AppPath::entry(path)?;
        let mut files = self.files.lock().await;
        make(&mut *files, folder, &path, FileType::Directory).await
    }

    /// Tells what `path` is.
    ///
    /// # Errors
    ///
    /// Those of [`AppPath::new`]; `ENOENT` if there is nothing, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn stat(&self, folder: &AppFolder<'_>, path: &[u8]) -> Result<Stat, Errno> {
        let path = AppPath::new(path)?;
        let at = locate(folder, path.as_str())?;
        self.files.lock().await.stat(at).await
    }

    /// Writes the names of a directory's entries into `buf`: a line each and a NUL after the last. Names that do not
    /// fit are left out whole.
    ///
    /// # Errors
    ///
    /// Those of [`AppPath::new`]; `EINVAL` if `buf` is empty, `ENOENT` if there is no such directory, `EIO` if the
    /// storage fails.
    ///
    /// # Cancel safety
    ///
    /// A drop changes no file; `buf` holds some of the names.
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

    /// Takes how many entries were looked at since this was last asked: work that shows in no answer.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn take_looked_at(&self) -> usize {
        self.files.lock().await.take_looked_at().await
    }

    /// Removes all files of an app. For the runtime, when the app is uninstalled.
    ///
    /// # Errors
    ///
    /// `EINVAL` if the name is no folder's, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// A drop may leave any part of them; the next call removes the rest.
    pub async fn erase(&self, folder: &str) -> Result<(), Errno> {
        check_folder(folder)?;
        self.files.lock().await.clear(folder).await
    }

    /// Gives the file system back.
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

/// The bytes that are written before others have their turn, which is what a store on flash writes at once: with less,
/// each piece of the file would be written several times.
const WRITTEN: usize = 512;

/// The bytes that are read before others have their turn.
const PIECE: usize = 2_048;

/// Reads from the position of a file on, and lets others have their turn in between.
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

/// Writes at least one byte, and no more than there are.
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

/// Returns the position `length` bytes after `start`; positions fit an i32, since apps get them as such.
fn end(start: u32, length: usize) -> Result<u32, Errno> {
    let length = u32::try_from(length).map_err(|_| Errno::ENOSPC)?;
    let end = start.checked_add(length).ok_or(Errno::ENOSPC)?;
    i32::try_from(end).map(|_| end).map_err(|_| Errno::ENOSPC)
}
