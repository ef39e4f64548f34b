//! Files of apps, a folder for each.

use embedded_storage_async::nor_flash::NorFlash;
use heapless::Vec;

use crate::journal::{Kind, Slot, is_in};
use crate::{Error, Store};

/// The longest name of a folder, in bytes.
pub const MAX_FOLDER: usize = 31;

/// The longest path within a folder, in bytes.
pub const MAX_PATH: usize = 63;

/// What each file and directory counts beyond its bytes in [`Store::folder_used`].
pub const ENTRY_BYTES: u32 = 64;

/// What an entry of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A directory.
    Directory,
}

/// What is known about an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub kind: EntryKind,
    /// Its bytes; 0 for a directory.
    pub size: u32,
}

/// A folder, `/` and a path in it.
type Key = Vec<u8, { MAX_FOLDER + 1 + MAX_PATH }>;

impl<F: NorFlash, const RECORDS: usize> Store<F, RECORDS> {
    /// Tells what an entry is. The folder itself, with the empty path, is always a directory.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Invalid`] if it is no path, [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn stat(&mut self, folder: &str, path: &str) -> Result<Stat, Error> {
        self.journal.ready().await?;
        let key = key(folder, path)?;
        if path.is_empty() {
            let kind = EntryKind::Directory;
            return Ok(Stat { kind, size: 0 });
        }
        let slot = self.entry(&key).await?;
        let kind = self.kind(slot).await?;
        let size = self.size(slot.tag);
        Ok(Stat { kind, size })
    }

    /// Makes an empty file or directory, in a directory that exists.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`], [`Error::NotFound`] if there is no such directory, [`Error::Invalid`] if it is no path,
    /// [`Error::Full`], [`Error::TooManyRecords`], [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the entry made or not.
    pub async fn create(&mut self, folder: &str, path: &str, kind: EntryKind) -> Result<(), Error> {
        match self.stat(folder, path).await {
            Ok(_) => return Err(Error::Exists),
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        if self.stat(folder, parent).await?.kind != EntryKind::Directory {
            return Err(Error::NotFound);
        }
        self.put_entry(&key(folder, path)?, kind).await
    }

    /// Removes a file or an empty directory.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Exists`] if the directory is not empty, [`Error::Invalid`] if it is no path,
    /// [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the entry as it was, or removed.
    pub async fn remove(&mut self, folder: &str, path: &str) -> Result<(), Error> {
        let mut is_empty = true;
        match self.stat(folder, path).await?.kind {
            EntryKind::File => {}
            EntryKind::Directory if path.is_empty() => return Err(Error::Invalid),
            EntryKind::Directory => {
                let mut any = |_: &str, _| core::mem::replace(&mut is_empty, false);
                self.list(folder, path, &mut any).await?;
            }
        }
        if !is_empty {
            return Err(Error::Exists);
        }
        self.journal.remove(Kind::Entry, &key(folder, path)?).await
    }

    /// Empties a file.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is no such file, [`Error::Invalid`] if it is no path, [`Error::Corrupt`],
    /// [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the file as it was, or empty.
    pub async fn truncate(&mut self, folder: &str, path: &str) -> Result<(), Error> {
        let file = self.file(folder, path).await?;
        match self.size(file.tag) {
            0 => Ok(()),
            _ => self.put_entry(&key(folder, path)?, EntryKind::File).await,
        }
    }

    /// Copies bytes of a file, from `offset` on, to the start of `buf`, and returns how many: fewer than `buf` holds
    /// only at the end.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is no such file, [`Error::Invalid`] if it is no path, [`Error::Corrupt`],
    /// [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn read_at(
        &mut self,
        folder: &str,
        path: &str,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<usize, Error> {
        let file = self.file(folder, path).await?;
        let chunk = self.journal.chunk();
        let mut done = 0;
        while let Some(rest) = buf.get_mut(done..).filter(|rest| !rest.is_empty()) {
            let at = offset.saturating_add(done as u32);
            let Some(slot) = self.journal.find_chunk(file.tag, at / chunk) else {
                break;
            };
            match self.journal.value(slot, at % chunk, rest).await? {
                0 => break,
                read => done += read,
            }
        }
        Ok(done)
    }

    /// Writes bytes from the start of `bytes` at an offset, at most the file's size, and returns how many: at least one
    /// if there is one, and no more than fit one piece of the file.
    ///
    /// Each call programs the whole piece of up to 512 bytes, so few large writes wear less than many small ones.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is no such file, [`Error::Invalid`] beyond its end or if it is no path,
    /// [`Error::Full`], [`Error::TooManyRecords`], [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the file as it was, or with all the bytes that the call would have returned.
    pub async fn write_at(
        &mut self,
        folder: &str,
        path: &str,
        offset: u32,
        bytes: &[u8],
    ) -> Result<usize, Error> {
        let file = self.file(folder, path).await?;
        if offset > self.size(file.tag) {
            return Err(Error::Invalid);
        }
        let chunk = self.journal.chunk();
        let (number, inside) = (offset / chunk, (offset % chunk) as usize);
        let bytes = bytes.get(..chunk as usize - inside).unwrap_or(bytes);
        let end = inside + bytes.len();
        let mut length = end;
        if let Some(old) = self.journal.find_chunk(file.tag, number) {
            self.journal.draft_from(old).await?;
            length = length.max(usize::from(old.value));
        }
        let draft = self.journal.draft(4, length)?;
        let place = draft.get_mut(inside..end).ok_or(Error::Invalid)?;
        place.copy_from_slice(bytes);
        self.journal
            .put(Kind::Chunk, &number.to_le_bytes(), file.tag, length)
            .await?;
        Ok(bytes.len())
    }

    /// Calls `each` with the name and kind of each entry of a directory, oldest first, until it returns `false`.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is no such directory, [`Error::Invalid`] if it is no path, [`Error::Corrupt`],
    /// [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn list(
        &mut self,
        folder: &str,
        path: &str,
        each: &mut dyn FnMut(&str, EntryKind) -> bool,
    ) -> Result<(), Error> {
        if self.stat(folder, path).await?.kind != EntryKind::Directory {
            return Err(Error::NotFound);
        }
        let directory = key(folder, path)?;
        let mut buf = [0; 96];
        let mut last = None;
        while let Some(slot) = self.next_entry(last) {
            last = Some(slot.tag);
            let key = self.journal.key(slot, &mut buf).await?;
            let Some(name) = name_in(key, &directory) else {
                continue;
            };
            let kind = self.kind(slot).await?;
            if !each(name, kind) {
                break;
            }
        }
        Ok(())
    }

    /// Returns what a folder takes: the bytes of its files and [`ENTRY_BYTES`] for each entry.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if it is no folder, [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn folder_used(&mut self, folder: &str) -> Result<u32, Error> {
        self.journal.ready().await?;
        let folder = key(folder, "")?;
        let mut buf = [0; 96];
        let (mut used, mut last) = (0_u32, None);
        while let Some(slot) = self.next_entry(last) {
            last = Some(slot.tag);
            if is_in(self.journal.key(slot, &mut buf).await?, &folder) {
                let bytes = self.size(slot.tag).saturating_add(ENTRY_BYTES);
                used = used.saturating_add(bytes);
            }
        }
        Ok(used)
    }

    /// Removes all that is in a folder: what a factory reset of one app is.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if it is no folder, [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves all of it or nothing.
    pub async fn clear_folder(&mut self, folder: &str) -> Result<(), Error> {
        let key = key(folder, "")?;
        match self.folder_used(folder).await? {
            0 => Ok(()),
            _ => self.journal.remove(Kind::Folder, &key).await,
        }
    }

    async fn entry(&mut self, key: &[u8]) -> Result<Slot, Error> {
        let slot = self.journal.find(Kind::Entry, key).await?;
        slot.ok_or(Error::NotFound)
    }

    async fn file(&mut self, folder: &str, path: &str) -> Result<Slot, Error> {
        self.journal.ready().await?;
        let slot = self.entry(&key(folder, path)?).await?;
        match self.kind(slot).await? {
            EntryKind::File => Ok(slot),
            EntryKind::Directory => Err(Error::NotFound),
        }
    }

    async fn kind(&mut self, slot: Slot) -> Result<EntryKind, Error> {
        let mut kind = [0];
        self.journal.value(slot, 0, &mut kind).await?;
        Ok(match kind {
            [0] => EntryKind::File,
            _ => EntryKind::Directory,
        })
    }

    /// Writes an entry with a new tag, so that what had the old one belongs to nobody.
    async fn put_entry(&mut self, key: &[u8], kind: EntryKind) -> Result<(), Error> {
        let tag = self.journal.next_tag()?;
        let value = u8::from(kind == EntryKind::Directory);
        self.journal.draft(key.len(), 1)?.fill(value);
        self.journal.put(Kind::Entry, key, tag, 1).await
    }

    /// Returns the end of the last piece of a file: files have no holes.
    fn size(&self, tag: u32) -> u32 {
        let chunk = self.journal.chunk();
        let chunks = self.journal.slots().iter();
        let chunks = chunks.filter(|slot| slot.kind == Kind::Chunk && slot.tag == tag);
        let ends = chunks.map(|slot| {
            slot.hash
                .saturating_mul(chunk)
                .saturating_add(u32::from(slot.value))
        });
        ends.max().unwrap_or_default()
    }

    /// Returns the entry with the next larger tag: they are given out in order.
    fn next_entry(&self, last: Option<u32>) -> Option<Slot> {
        let entries = self.journal.slots().iter();
        entries
            .filter(|slot| slot.kind == Kind::Entry && last.is_none_or(|last| slot.tag > last))
            .min_by_key(|slot| slot.tag)
            .copied()
    }
}

/// Returns the name of an entry that lies right in a directory.
fn name_in<'k>(key: &'k [u8], directory: &[u8]) -> Option<&'k str> {
    let name = key.strip_prefix(directory)?.strip_prefix(b"/")?;
    let name = core::str::from_utf8(name).ok()?;
    (!name.contains('/')).then_some(name)
}

/// Joins a folder and a path in it, if they are such.
fn key(folder: &str, path: &str) -> Result<Key, Error> {
    let names = || path.split('/');
    let is_folder = (1..=MAX_FOLDER).contains(&folder.len()) && !folder.contains('/');
    let is_path = path.is_empty() || names().all(|name| !matches!(name, "" | "." | ".."));
    if !is_folder || !is_path || path.len() > MAX_PATH {
        return Err(Error::Invalid);
    }
    let mut key = Key::new();
    let separator: &[u8] = if path.is_empty() { b"" } else { b"/" };
    for part in [folder.as_bytes(), separator, path.as_bytes()] {
        key.extend_from_slice(part).map_err(|_| Error::Invalid)?;
    }
    Ok(key)
}
