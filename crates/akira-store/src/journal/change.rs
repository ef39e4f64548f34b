//! Writing and removing records, with the updates of the index and the folders' totals.

use akira_caps::is_reserved_app;
use embedded_storage_async::nor_flash::NorFlash;

use super::folders::folder_of;
use super::record::{HEADER, Header, Kind, MAX_RECORD_KEY};
use super::{Journal, Slot, Total, is_in};
use crate::error::Area;
use crate::{Error, flash};

impl<F: NorFlash, const N: usize> Journal<F, N> {
    /// Writes the draft's record, which is neither an entry nor a piece, and replaces the record
    /// with the same key.
    pub(crate) async fn put(
        &mut self,
        kind: Kind,
        key: &[u8],
        tag: u32,
        value: usize,
    ) -> Result<(), Error> {
        let header = Header::new(kind, key, tag, value)?;
        let place = self.place(kind, key).await?;
        self.admit(&[place], self.padded(&header), 1)?;
        self.torn = true;
        let at = self.append(&header, key).await?;
        self.index.set(place, Slot::new(&header, key, at))?;
        self.torn = false;
        Ok(())
    }

    /// Writes the draft's piece of a file, and adds the growth to the folder's total.
    pub(crate) async fn put_chunk(
        &mut self,
        folder: &[u8],
        (tag, number): (u32, u32),
        value: usize,
    ) -> Result<(), Error> {
        let key = number.to_le_bytes();
        let header = Header::new(Kind::Chunk, &key, tag, value)?;
        let place = self.index.chunk(tag, number);
        let old = place.and_then(|place| self.index.slot(place));
        self.admit(&[place], self.padded(&header), 1)?;
        let is_loose = self.loose == Some(tag);
        if !is_loose && !self.folders.has_room(folder) {
            return Err(Error::TooManyRecords);
        }
        self.torn = true;
        let at = self.append(&header, &key).await?;
        self.index.set(place, Slot::new(&header, &key, at))?;
        if !is_loose {
            let piece = |bytes: u16| Total {
                entries: 0,
                bytes: bytes.into(),
            };
            let old = piece(old.map_or(0, |old| old.value));
            self.folders.change(folder, old, piece(header.value))?;
        }
        self.torn = false;
        Ok(())
    }

    /// Allows the pieces of a file to be written before its entry. The pieces have no effect until
    /// the entry is written; if the current call ends without writing it, the next call drops the
    /// pieces.
    pub(crate) fn begin_loose(&mut self, tag: u32) {
        self.loose = Some(tag);
    }

    /// Writes the draft's entry. It replaces the entry with the same key and, if its value names
    /// the entry's old path, the entry at that path.
    pub(crate) async fn put_entry(
        &mut self,
        key: &[u8],
        tag: u32,
        value: usize,
    ) -> Result<(), Error> {
        let header = Header::new(Kind::Entry, key, tag, value)?;
        let folder = folder_of(key);
        let place = self.place(Kind::Entry, key).await?;
        let moved = self.moved(&header, folder, None).await?;
        if !self.folders.has_room(folder) {
            return Err(Error::TooManyRecords);
        }
        self.admit(&[place, moved], self.padded(&header), 1)?;
        let old = self.total_at(place).and(self.total_at(moved));
        self.torn = true;
        let at = self.append(&header, key).await?;
        self.link(&header, key, at).await?;
        let new = Total::of_entry(self.size(tag));
        self.folders.change(folder, old, new)?;
        self.loose = None;
        self.torn = false;
        Ok(())
    }

    /// Writes a record that removes a key.
    pub(crate) async fn remove(&mut self, kind: Kind, key: &[u8]) -> Result<(), Error> {
        let header = Header::removal(kind, key, 0)?;
        let place = self.place(kind, key).await?;
        let old = self.total_at(place);
        self.torn = true;
        self.append(&header, key).await?;
        self.forget(kind, key).await?;
        match kind {
            Kind::App | Kind::Folder => self.folders.remove(key),
            Kind::Entry => self.folders.change(folder_of(key), old, Total::default())?,
            _ => {}
        }
        self.torn = false;
        Ok(())
    }

    /// Adds a written entry to the index.
    pub(super) async fn link(&mut self, header: &Header, key: &[u8], at: u32) -> Result<(), Error> {
        let moved = self.moved(header, folder_of(key), Some(at)).await?;
        if let Some(moved) = moved {
            self.index.remove(moved);
        }
        let place = self.place(Kind::Entry, key).await?;
        let old = place.and_then(|place| self.index.slot(place));
        self.index.set(place, Slot::new(header, key, at))?;
        if let Some(old) = old.filter(|old| old.tag != header.tag) {
            self.index.remove_chunks(old.tag);
        }
        Ok(())
    }

    /// Removes from the index all records that a removal of `key` removes.
    pub(super) async fn forget(&mut self, kind: Kind, key: &[u8]) -> Result<(), Error> {
        let removed = match kind {
            Kind::Install => Kind::App,
            _ => kind,
        };
        if let Some(place) = self.place(removed, key).await? {
            self.unlink(place);
        }
        match kind {
            Kind::App => {
                // An app whose name was reserved after its installation owns no settings: the
                // settings below its name belong to the firmware.
                if !core::str::from_utf8(key).is_ok_and(is_reserved_app) {
                    self.forget_below(Kind::Setting, key).await?;
                }
                self.forget_below(Kind::Entry, key).await
            }
            Kind::Folder => self.forget_below(Kind::Entry, key).await,
            _ => Ok(()),
        }
    }

    /// Removes from the index all records of a kind whose keys lie below a folder.
    async fn forget_below(&mut self, kind: Kind, folder: &[u8]) -> Result<(), Error> {
        let mut buf = [0; MAX_RECORD_KEY];
        let mut place = self.index.below(kind, folder).start;
        while place < self.index.below(kind, folder).end {
            let slot = self
                .index
                .slot(place)
                .ok_or(Error::Corrupt(Area::Records))?;
            if is_in(self.key(slot, &mut buf).await?, folder) {
                self.unlink(place);
            } else {
                place += 1;
            }
        }
        Ok(())
    }

    /// Removes a record from the index, and for a file also its pieces.
    fn unlink(&mut self, place: usize) {
        let slot = self.index.slot(place);
        self.index.remove(place);
        if let Some(slot) = slot.filter(|slot| slot.kind == Kind::Entry) {
            self.index.remove_chunks(slot.tag);
        }
    }

    /// Returns the place of a renamed entry's old entry, which has the same tag and the old path,
    /// or `None` if it no longer exists. The old path is read from the record at `at`, or from the
    /// draft.
    async fn moved(
        &mut self,
        header: &Header,
        folder: &[u8],
        at: Option<u32>,
    ) -> Result<Option<usize>, Error> {
        let length = usize::from(header.value).saturating_sub(1);
        let mut key = [0; MAX_RECORD_KEY];
        let start = folder.len() + 1;
        let (Some(name), true) = (key.get_mut(start..start + length), length > 0) else {
            return Ok(None);
        };
        let path = HEADER + usize::from(header.key) + 1;
        match at {
            Some(at) => {
                let address = self.layout.records.start + at + path as u32;
                flash::read(&mut self.flash, address, name).await?;
            }
            None => {
                flash::copy(self.draft.get(path..).unwrap_or_default(), name);
            }
        }
        flash::copy(folder, &mut key);
        if let Some(separator) = key.get_mut(folder.len()) {
            *separator = b'/';
        }
        let key = key.get(..start + length).unwrap_or_default();
        let place = self.place(Kind::Entry, key).await?;
        Ok(place.filter(|place| {
            let slot = self.index.slot(*place);
            slot.is_some_and(|slot| slot.tag == header.tag)
        }))
    }

    /// Returns the contribution of the entry at a place to its folder's total.
    fn total_at(&self, place: Option<usize>) -> Total {
        let slot = place.and_then(|place| self.index.slot(place));
        let entry = slot.filter(|slot| slot.kind == Kind::Entry);
        entry.map_or(Total::default(), |slot| {
            Total::of_entry(self.size(slot.tag))
        })
    }
}
