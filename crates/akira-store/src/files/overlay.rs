//! An app's view of its folder: the app's own entries, over the entries that come with its image.

use core::ops::Range;

use akira_caps::AppName;
use embedded_storage_async::nor_flash::NorFlash;

use super::archive::Member;
use super::path::{ancestors, key};
use super::{EntryKind, FileQuota};
use crate::journal::{Kind, Slot, Total};
use crate::{Error, Store, flash};

/// The kind of an overlay entry, in the first byte of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    File = 0,
    Directory = 1,
    /// The image's entry at this path is removed.
    Whiteout = 2,
}

/// Location of an entry: in the overlay or in the image's archive.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found {
    Own(Slot, EntryKind),
    Base(Member),
}

impl From<EntryKind> for Mark {
    fn from(kind: EntryKind) -> Self {
        match kind {
            EntryKind::File => Self::File,
            EntryKind::Directory => Self::Directory,
        }
    }
}

impl Found {
    pub(super) fn kind(&self) -> EntryKind {
        match self {
            Self::Own(_, kind) => *kind,
            Self::Base(member) => member.kind,
        }
    }
}

impl<F: NorFlash, const RECORDS: usize> Store<F, RECORDS> {
    /// Finds the entry that an app sees at a path.
    pub(super) async fn look(&mut self, folder: &str, path: &str) -> Result<Option<Found>, Error> {
        self.journal.ready().await?;
        let key = key(folder, path)?;
        let Some(slot) = self.journal.find(Kind::Entry, &key).await? else {
            return Ok(self.base_entry(folder, path).await?.map(Found::Base));
        };
        Ok(match self.mark(slot).await? {
            Mark::File => Some(Found::Own(slot, EntryKind::File)),
            Mark::Directory => Some(Found::Own(slot, EntryKind::Directory)),
            Mark::Whiteout => None,
        })
    }

    /// Returns the mark in the first byte of an entry's value.
    pub(super) async fn mark(&mut self, slot: Slot) -> Result<Mark, Error> {
        let mut mark = [0];
        self.journal.value(slot, 0, &mut mark).await?;
        Ok(match mark {
            [0] => Mark::File,
            [1] => Mark::Directory,
            _ => Mark::Whiteout,
        })
    }

    /// Returns the image's entry at a path, unless the overlay hides one of its parent directories.
    pub(super) async fn base_entry(
        &mut self,
        folder: &str,
        path: &str,
    ) -> Result<Option<Member>, Error> {
        let Some(archive) = self.archive(folder).await? else {
            return Ok(None);
        };
        match self.find_member(archive, path).await? {
            Some(member) if !self.is_hidden(folder, path).await? => Ok(Some(member)),
            _ => Ok(None),
        }
    }

    /// Returns whether a parent directory of a path was removed, or is a file of the app's own.
    pub(super) async fn is_hidden(&mut self, folder: &str, path: &str) -> Result<bool, Error> {
        for directory in ancestors(path) {
            let key = key(folder, directory)?;
            if let Some(slot) = self.journal.find(Kind::Entry, &key).await?
                && self.mark(slot).await? != Mark::Directory
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns the flash range of the archive in the image of the app that a folder belongs to, or
    /// `None` if no archive exists.
    pub(super) async fn archive(&mut self, folder: &str) -> Result<Option<Range<u32>>, Error> {
        let Some(name) = AppName::installed(folder) else {
            return Ok(None);
        };
        let image = self.app(&name).await?.and_then(|app| app.current);
        Ok(image
            .map(|image| image.part(image.details.files))
            .filter(|archive| !archive.is_empty()))
    }

    /// Returns the quota of a folder's files: the quota of the current image of the app with the
    /// folder's name, or [`FileQuota::UNLIMITED`] if no such app is installed.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] if stored data is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn quota(&mut self, folder: &str) -> Result<FileQuota, Error> {
        let Some(name) = AppName::installed(folder) else {
            return Ok(FileQuota::UNLIMITED);
        };
        let image = self.app(&name).await?.and_then(|app| app.current);
        Ok(image.map_or(FileQuota::UNLIMITED, |image| image.details.quota))
    }

    /// Rejects growth that would exceed a folder's quota.
    pub(super) async fn charge(&mut self, folder: &str, growth: Total) -> Result<(), Error> {
        let quota = self.quota(folder).await?;
        let total = self.journal.total(folder.as_bytes());
        let after = total.and(growth);
        let are_few = growth.entries == 0 || after.entries <= quota.entries.into();
        if are_few && (growth.bytes == 0 || after.bytes <= quota.bytes) {
            return Ok(());
        }
        let free = quota.bytes.saturating_sub(total.bytes);
        Err(Error::Quota {
            needed: growth.bytes,
            free: if are_few { free } else { 0 },
        })
    }

    /// Writes an entry with a new tag. The pieces with the old tag then belong to no file.
    pub(super) async fn put_mark(&mut self, key: &[u8], mark: Mark) -> Result<(), Error> {
        let tag = self.journal.next_tag()?;
        self.journal.draft(key.len(), 1)?.fill(mark as u8);
        self.journal.put_entry(key, tag, 1).await
    }

    /// Counts the parent directories of a path that come with the image and are not yet the app's
    /// own.
    pub(super) async fn borrowed(&mut self, folder: &str, path: &str) -> Result<u32, Error> {
        let mut borrowed = 0;
        for directory in ancestors(path) {
            let key = key(folder, directory)?;
            let own = self.journal.find(Kind::Entry, &key).await?;
            borrowed += u32::from(own.is_none());
        }
        Ok(borrowed)
    }

    /// Makes the parent directories of a path the app's own, so that the app's entries in them
    /// remain reachable if the next version of the app comes without these directories.
    pub(super) async fn adopt(&mut self, folder: &str, path: &str) -> Result<(), Error> {
        for directory in ancestors(path) {
            let key = key(folder, directory)?;
            if self.journal.find(Kind::Entry, &key).await?.is_none() {
                self.put_mark(&key, Mark::Directory).await?;
            }
        }
        Ok(())
    }

    /// Copies a file of the image into the overlay and returns the tag of the copy. The caller has
    /// checked that the store has room.
    pub(super) async fn copy_up(&mut self, key: &[u8], member: &Member) -> Result<u32, Error> {
        let tag = self.journal.next_tag()?;
        self.journal.begin_loose(tag);
        let chunk = self.journal.chunk();
        for number in 0..member.size.div_ceil(chunk) {
            let from = number * chunk;
            let length = chunk.min(member.size - from) as usize;
            let from = member.start + from;
            self.journal.draft_from_flash(from, length).await?;
            let place = (tag, number);
            self.journal.put_chunk(&[], place, length).await?;
        }
        self.journal.draft(key.len(), 1)?.fill(Mark::File as u8);
        self.journal.put_entry(key, tag, 1).await?;
        Ok(tag)
    }

    /// Reads bytes of a file that comes with the image.
    pub(super) async fn read_base(
        &mut self,
        member: &Member,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<usize, Error> {
        let left = member.size.saturating_sub(offset) as usize;
        let length = left.min(buf.len());
        let bytes = buf.get_mut(..length).unwrap_or_default();
        let start = member.start.saturating_add(offset);
        flash::read(&mut self.journal.flash, start, bytes).await?;
        Ok(length)
    }
}
