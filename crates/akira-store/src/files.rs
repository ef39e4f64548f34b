//! Files of apps, one folder for each app.

mod archive;
mod overlay;
mod path;

use embedded_storage_async::nor_flash::NorFlash;

pub use self::archive::MAX_ARCHIVE_ENTRIES;
use self::overlay::{Found, Mark};
pub(crate) use self::path::is_key;
pub use self::path::{MAX_FOLDER, MAX_PATH};
use self::path::{key, name_in, parent};
use crate::journal::{Kind, Total};
use crate::{Error, Store};

/// Cost in bytes of each file and directory in [`Store::folder_used`], in addition to a file's own
/// bytes. The cost equals the size of a piece of a file, because the entry takes one record of the
/// index, and the file's first piece another.
pub const ENTRY_BYTES: u32 = 512;

/// Kind of an entry in an app's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// The entry is a file.
    File,
    /// The entry is a directory.
    Directory,
}

/// Kind and size of an entry, returned by [`Store::stat`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Whether the entry is a file or a directory.
    pub kind: EntryKind,
    /// Size of the file in bytes; 0 for a directory.
    pub size: u32,
}

/// Limit on the files of an app. Files that came with the app's image do not count, except that
/// each such file counts as an entry once the app has removed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileQuota {
    /// Maximum total bytes of the files, including [`ENTRY_BYTES`] for each entry.
    pub bytes: u32,
    /// Maximum number of files and directories.
    pub entries: u16,
}

impl FileQuota {
    /// Quota that sets no limit, so that only the flash's capacity limits the files.
    pub const UNLIMITED: Self = Self {
        bytes: u32::MAX,
        entries: u16::MAX,
    };
}

impl Default for FileQuota {
    fn default() -> Self {
        Self::UNLIMITED
    }
}

impl<F: NorFlash, const RECORDS: usize> Store<F, RECORDS> {
    /// Returns the kind and size of an entry. The empty path names the folder itself, which is
    /// always a directory.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the entry does not exist, [`Error::Invalid`] if the path is
    /// malformed, [`Error::Corrupt`] if stored data is damaged, [`Error::Flash`] if the flash
    /// driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn stat(&mut self, folder: &str, path: &str) -> Result<Stat, Error> {
        if path.is_empty() {
            key(folder, path)?;
            let kind = EntryKind::Directory;
            return Ok(Stat { kind, size: 0 });
        }
        let found = self.look(folder, path).await?.ok_or(Error::NotFound)?;
        let size = match found {
            Found::Own(slot, _) => self.journal.size(slot.tag),
            Found::Base(member) => member.size,
        };
        let kind = found.kind();
        Ok(Stat { kind, size })
    }

    /// Creates an empty file or directory in an existing directory.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] if the entry exists, [`Error::NotFound`] if its parent directory does not,
    /// [`Error::Invalid`] if the path is malformed, [`Error::Quota`] if the app's quota is used up,
    /// [`Error::Full`] or [`Error::TooManyRecords`] if the store has no room, [`Error::Corrupt`] if
    /// stored data is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the entry created or not created.
    pub async fn create(&mut self, folder: &str, path: &str, kind: EntryKind) -> Result<(), Error> {
        match self.stat(folder, path).await {
            Ok(_) => return Err(Error::Exists),
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
        self.directory(folder, parent(path)).await?;
        let key = key(folder, path)?;
        let removed = self.journal.find(Kind::Entry, &key).await?;
        let borrowed = self.borrowed(folder, path).await?;
        let entries = borrowed + u32::from(removed.is_none());
        self.charge(folder, Total::of_entries(entries)).await?;
        self.journal.admit_file(key.len(), 0, borrowed)?;
        self.adopt(folder, path).await?;
        self.put_mark(&key, kind.into()).await
    }

    /// Removes a file or an empty directory. If the entry came with the app's image, the store
    /// records the removal, and this record counts as an entry of the quota.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the entry does not exist, [`Error::Exists`] if the directory is not
    /// empty, [`Error::Invalid`] if the path is malformed, [`Error::Corrupt`] if stored data is
    /// damaged, [`Error::Flash`] if the flash driver fails; for an entry that came with the image
    /// also [`Error::Quota`], [`Error::Full`], [`Error::TooManyRecords`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the entry unchanged or removed.
    pub async fn remove(&mut self, folder: &str, path: &str) -> Result<(), Error> {
        if path.is_empty() {
            return Err(Error::Invalid);
        }
        let found = self.look(folder, path).await?.ok_or(Error::NotFound)?;
        self.check_empty(folder, path, found.kind()).await?;
        let key = key(folder, path)?;
        match found {
            Found::Base(_) => self.charge(folder, Total::of_entry(0)).await?,
            Found::Own(..) if self.base_entry(folder, path).await?.is_none() => {
                return self.journal.remove(Kind::Entry, &key).await;
            }
            Found::Own(..) => {}
        }
        self.put_mark(&key, Mark::Whiteout).await
    }

    /// Renames a file or an empty directory. The parent directory of the new path must exist. A
    /// file at the new path is replaced in the same atomic step.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the entry or the parent of the new path does not exist,
    /// [`Error::ReadOnly`] if the entry came with the app's image, [`Error::Exists`] if the
    /// directory to rename is not empty or if the new path exists and one of the two entries is a
    /// directory, [`Error::Invalid`] if a path is malformed or the new path lies below the old one,
    /// [`Error::Quota`], [`Error::Full`], [`Error::TooManyRecords`], [`Error::Corrupt`] if stored
    /// data is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the entry at its old path or at the new one.
    pub async fn rename(&mut self, folder: &str, from: &str, to: &str) -> Result<(), Error> {
        let is_inside = to
            .strip_prefix(from)
            .is_some_and(|rest| rest.starts_with('/'));
        if from.is_empty() || to.is_empty() || is_inside {
            return Err(Error::Invalid);
        }
        let found = self.look(folder, from).await?.ok_or(Error::NotFound)?;
        let replaced = self.look(folder, to).await?;
        let (Found::Own(slot, kind), None) = (found, self.base_entry(folder, from).await?) else {
            return Err(Error::ReadOnly);
        };
        if from == to {
            return Ok(());
        }
        self.directory(folder, parent(to)).await?;
        self.check_empty(folder, from, kind).await?;
        let are_files = |found: Found| found.kind() == EntryKind::File && kind == EntryKind::File;
        if replaced.is_some_and(|found| !are_files(found)) {
            return Err(Error::Exists);
        }
        let key = key(folder, to)?;
        let borrowed = self.borrowed(folder, to).await?;
        if borrowed > 0 {
            let entries = Total::of_entries(borrowed);
            self.charge(folder, entries).await?;
            self.journal
                .admit_file(key.len() + from.len(), 0, borrowed)?;
            self.adopt(folder, to).await?;
        }
        let value = self.journal.draft(key.len(), 1 + from.len())?;
        if let Some((mark, path)) = value.split_first_mut() {
            *mark = Mark::from(kind) as u8;
            path.copy_from_slice(from.as_bytes());
        }
        self.journal.put_entry(&key, slot.tag, 1 + from.len()).await
    }

    /// Truncates a file to length 0.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the file does not exist, [`Error::Invalid`] if the path is malformed,
    /// [`Error::Corrupt`] if stored data is damaged, [`Error::Flash`] if the flash driver fails;
    /// for a file that came with the app's image also [`Error::Quota`], [`Error::Full`],
    /// [`Error::TooManyRecords`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the file unchanged or empty.
    pub async fn truncate(&mut self, folder: &str, path: &str) -> Result<(), Error> {
        match self.file(folder, path).await? {
            Found::Own(slot, _) if self.journal.size(slot.tag) == 0 => return Ok(()),
            Found::Own(..) => {}
            Found::Base(_) => self.make_own(folder, path, Total::of_entry(0), 0).await?,
        }
        self.put_mark(&key(folder, path)?, Mark::File).await
    }

    /// Copies bytes of a file, starting at `offset`, to the start of `buf`. Returns the number of
    /// bytes copied, which is less than `buf.len()` only at the file's end.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the file does not exist, [`Error::Invalid`] if the path is malformed,
    /// [`Error::Corrupt`] if stored data is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn read_at(
        &mut self,
        folder: &str,
        path: &str,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<usize, Error> {
        let tag = match self.file(folder, path).await? {
            Found::Own(slot, _) => slot.tag,
            Found::Base(member) => return self.read_base(&member, offset, buf).await,
        };
        let chunk = self.journal.chunk();
        let mut done = 0;
        while let Some(rest) = buf.get_mut(done..).filter(|rest| !rest.is_empty()) {
            let at = offset.saturating_add(done as u32);
            let Some(slot) = self.journal.find_chunk(tag, at / chunk) else {
                break;
            };
            match self.journal.value(slot, at % chunk, rest).await? {
                0 => break,
                read => done += read,
            }
        }
        Ok(done)
    }

    /// Writes bytes from the start of `bytes` to a file at `offset`, which is at most the file's
    /// size. Returns the number of bytes written: at least one unless `bytes` is empty, and at most
    /// up to the end of the piece of the file that contains `offset`.
    ///
    /// Each call programs a whole piece of up to 512 bytes, so a few large writes cause less wear
    /// than many small ones. The first write to a file that came with the app's image copies the
    /// file into the records.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the file does not exist, [`Error::Invalid`] if `offset` is beyond the
    /// file's end or the path is malformed, [`Error::Quota`] if the app's quota is used up,
    /// [`Error::Full`] or [`Error::TooManyRecords`] if the store has no room, [`Error::Corrupt`] if
    /// stored data is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the file unchanged, or with all the bytes written whose number
    /// the call would have returned.
    pub async fn write_at(
        &mut self,
        folder: &str,
        path: &str,
        offset: u32,
        bytes: &[u8],
    ) -> Result<usize, Error> {
        let found = self.file(folder, path).await?;
        let size = match found {
            Found::Own(slot, _) => self.journal.size(slot.tag),
            Found::Base(member) => member.size,
        };
        if offset > size {
            return Err(Error::Invalid);
        }
        let chunk = self.journal.chunk();
        let room = (chunk - offset % chunk) as usize;
        let bytes = bytes.get(..room).unwrap_or(bytes);
        let end = offset
            .checked_add(bytes.len() as u32)
            .ok_or(Error::Invalid)?;
        let growth = Total {
            entries: 0,
            bytes: end.saturating_sub(size),
        };
        let tag = match found {
            _ if bytes.is_empty() => return Ok(0),
            Found::Own(slot, _) => {
                self.charge(folder, growth).await?;
                slot.tag
            }
            Found::Base(member) => {
                let copied = Total::of_entry(size).and(growth);
                self.make_own(folder, path, copied, size.max(end)).await?;
                self.copy_up(&key(folder, path)?, &member).await?
            }
        };
        self.write_piece(folder, tag, offset, bytes).await
    }

    /// Appends bytes from the start of `bytes` to a file. Returns the number of bytes written,
    /// which may be less than `bytes.len()`, as for [`write_at`](Self::write_at).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`write_at`](Self::write_at).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the file unchanged, or with all the bytes appended whose number
    /// the call would have returned.
    pub async fn append(&mut self, folder: &str, path: &str, bytes: &[u8]) -> Result<usize, Error> {
        let size = self.stat(folder, path).await?.size;
        self.write_at(folder, path, size, bytes).await
    }

    /// Calls `each` with the name and kind of each entry of a directory until `each` returns
    /// `false`. The app's own entries come first, in an order that depends only on their names,
    /// then the entries of its image, in the order of the archive.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the directory does not exist, [`Error::Invalid`] if the path is
    /// malformed, [`Error::Corrupt`] if stored data is damaged, [`Error::Flash`] if the flash
    /// driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn list(
        &mut self,
        folder: &str,
        path: &str,
        each: &mut dyn FnMut(&str, EntryKind) -> bool,
    ) -> Result<(), Error> {
        self.directory(folder, path).await?;
        let directory = key(folder, path)?;
        let mut buf = [0; 96];
        for place in self.journal.entries(folder.as_bytes()) {
            let Some(slot) = self.journal.slots().get(place).copied() else {
                break;
            };
            self.journal.look_at().await;
            let key = self.journal.key(slot, &mut buf).await?;
            let Some(name) = name_in(key, &directory) else {
                continue;
            };
            let kind = match self.mark(slot).await? {
                Mark::File => EntryKind::File,
                Mark::Directory => EntryKind::Directory,
                Mark::Whiteout => continue,
            };
            if !each(name, kind) {
                return Ok(());
            }
        }
        self.list_base(folder, path, each).await
    }

    /// Returns the number of folder and archive entries that the store has examined since the
    /// previous call of this function, so that the caller can charge an app for the work.
    pub fn take_looked_at(&mut self) -> u32 {
        self.journal.take_looked_at()
    }

    /// Returns the bytes that a folder uses: the bytes of its files, and [`ENTRY_BYTES`] for each
    /// entry. Files that came with the app's image use nothing; each such file that the app removed
    /// uses an entry.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if the folder name is malformed, [`Error::Corrupt`] if stored data is
    /// damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn folder_used(&mut self, folder: &str) -> Result<u32, Error> {
        self.journal.ready().await?;
        Ok(self.journal.total(&key(folder, "")?).bytes)
    }

    /// Removes all changes that an app made to its folder, so that only the files of its image
    /// remain: a factory reset of one app.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if the folder name is malformed, [`Error::Corrupt`] if stored data is
    /// damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves all of the app's changes or none.
    pub async fn clear_folder(&mut self, folder: &str) -> Result<(), Error> {
        let key = key(folder, "")?;
        match self.folder_used(folder).await? {
            0 => Ok(()),
            _ => self.journal.remove(Kind::Folder, &key).await,
        }
    }

    /// Rejects a path that is not a directory.
    async fn directory(&mut self, folder: &str, path: &str) -> Result<(), Error> {
        match self.stat(folder, path).await?.kind {
            EntryKind::Directory => Ok(()),
            EntryKind::File => Err(Error::NotFound),
        }
    }

    /// Returns the file that an app sees at a path.
    async fn file(&mut self, folder: &str, path: &str) -> Result<Found, Error> {
        let found = self.look(folder, path).await?;
        found
            .filter(|found| found.kind() == EntryKind::File)
            .ok_or(Error::NotFound)
    }

    /// Makes the parent directories of an image's file the app's own, if the quota and the store
    /// have room for them and for the file.
    async fn make_own(
        &mut self,
        folder: &str,
        path: &str,
        growth: Total,
        size: u32,
    ) -> Result<(), Error> {
        let borrowed = self.borrowed(folder, path).await?;
        let growth = growth.and(Total::of_entries(borrowed));
        self.charge(folder, growth).await?;
        let key = key(folder, path)?;
        self.journal.admit_file(key.len(), size, borrowed)?;
        self.adopt(folder, path).await
    }

    /// Rejects a directory that has entries.
    async fn check_empty(
        &mut self,
        folder: &str,
        path: &str,
        kind: EntryKind,
    ) -> Result<(), Error> {
        let mut is_empty = true;
        if kind == EntryKind::Directory {
            let mut any = |_: &str, _| core::mem::replace(&mut is_empty, false);
            self.list(folder, path, &mut any).await?;
        }
        match is_empty {
            true => Ok(()),
            false => Err(Error::Exists),
        }
    }

    /// Lists the image's entries in a directory, except those that the overlay replaces or hides.
    async fn list_base(
        &mut self,
        folder: &str,
        path: &str,
        each: &mut dyn FnMut(&str, EntryKind) -> bool,
    ) -> Result<(), Error> {
        let Some(mut archive) = self.archive(folder).await? else {
            return Ok(());
        };
        while let Some(member) = self.next_member(&mut archive).await? {
            let at = member.path();
            if at.is_empty() || parent(at) != path {
                continue;
            }
            let own = self.journal.find(Kind::Entry, &key(folder, at)?).await?;
            if own.is_some() || self.is_hidden(folder, at).await? {
                continue;
            }
            let name = at.rsplit_once('/').map_or(at, |(_, name)| name);
            if !each(name, member.kind) {
                break;
            }
        }
        Ok(())
    }

    /// Writes bytes within one piece of a file.
    async fn write_piece(
        &mut self,
        folder: &str,
        tag: u32,
        offset: u32,
        bytes: &[u8],
    ) -> Result<usize, Error> {
        let chunk = self.journal.chunk();
        let (number, inside) = (offset / chunk, (offset % chunk) as usize);
        let end = inside + bytes.len();
        let mut length = end;
        if let Some(old) = self.journal.find_chunk(tag, number) {
            self.journal.draft_from(old).await?;
            length = length.max(usize::from(old.value));
        }
        let draft = self.journal.draft(4, length)?;
        let place = draft.get_mut(inside..end).ok_or(Error::Invalid)?;
        place.copy_from_slice(bytes);
        let folder = folder.as_bytes();
        self.journal
            .put_chunk(folder, (tag, number), length)
            .await?;
        Ok(bytes.len())
    }
}
