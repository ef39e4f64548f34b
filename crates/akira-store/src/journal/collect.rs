//! Page advance with garbage collection, and capacity checks.

use embedded_storage_async::nor_flash::NorFlash;

use super::page::{self, Page};
use super::record::HEADER;
use super::{Journal, MAX_RECORD_VALUE, Slot};
use crate::app::APP_BYTES;
use crate::error::Area;
use crate::layout::MAX_WORD;
use crate::{Error, FORMAT, MAX_FOLDER, MAX_KEY, MAX_VALUE, flash};

/// Bytes copied at once: whole words for every word size.
const PIECE: usize = 2 * MAX_WORD;

impl<F: NorFlash, const N: usize> Journal<F, N> {
    /// Makes the next page the newest. If the next page is the last spare page, first moves the
    /// live records of the oldest page to it.
    pub(crate) async fn advance(&mut self) -> Result<(), Error> {
        let number = self.newest.checked_add(1);
        let number = number.ok_or(Error::Corrupt(Area::Pages))?;
        let is_last_spare = number - self.oldest + 1 >= self.pages();
        let start = self.address(self.start_of(number));
        // Counted before the erase, because a call whose future is dropped during the erase has
        // worn the flash too.
        self.wear.make_room(self.geometry().page);
        self.flash
            .erase(start, start + self.geometry().page)
            .await
            .map_err(Error::flash)?;
        let (oldest, end) = match is_last_spare {
            true => (self.oldest + 1, self.collect(number).await?),
            false => (self.oldest, self.page_header()),
        };
        self.write_header(Page {
            format: FORMAT,
            number,
            oldest,
            used_before: self.end,
        })
        .await?;
        (self.oldest, self.newest, self.end) = (oldest, number, end);
        self.sealed = false;
        Ok(())
    }

    /// Copies the live records of the oldest page to page `number`, and returns the end of the
    /// copies.
    async fn collect(&mut self, number: u32) -> Result<u32, Error> {
        let oldest = self.start_of(self.oldest);
        let mut end = self.page_header();
        for place in 0..self.slots().len() {
            let Some(slot) = self.index.slot(place) else {
                break;
            };
            if slot.at / self.geometry().page * self.geometry().page != oldest {
                continue;
            }
            let at = self.start_of(number) + end;
            self.copy(slot, at).await?;
            end += self.padded(&slot.header());
            self.index.set(Some(place), Slot { at, ..slot })?;
        }
        Ok(end)
    }

    /// Copies a record after verifying it.
    async fn copy(&mut self, slot: Slot, at: u32) -> Result<(), Error> {
        self.verify(slot).await?;
        let length = self.padded(&slot.header()) as usize;
        let (from, to) = (self.address(slot.at), self.address(at));
        self.wear.make_room(length as u32);
        let mut piece = [0; PIECE];
        for done in (0..length).step_by(PIECE) {
            let piece = piece.get_mut(..PIECE.min(length - done));
            let piece = piece.unwrap_or_default();
            flash::read(&mut self.flash, from + done as u32, piece).await?;
            self.flash
                .write(to + done as u32, piece)
                .await
                .map_err(Error::flash)?;
        }
        Ok(())
    }

    pub(crate) async fn write_header(&mut self, page: Page) -> Result<(), Error> {
        let mut words = [0xFF; MAX_WORD];
        flash::copy(&page.encode(), &mut words);
        let words = words.get(..self.page_header() as usize).unwrap_or_default();
        let start = self.address(self.start_of(page.number));
        self.wear.make_room(words.len() as u32);
        self.flash.write(start, words).await.map_err(Error::flash)
    }

    /// Returns the size of a page's header in bytes, padded to whole words.
    pub(crate) fn page_header(&self) -> u32 {
        (page::HEADER as u32).next_multiple_of(self.geometry().write)
    }

    /// Rejects `records` records of `needed` bytes in total if the store has no room for them,
    /// before anything is written. The first of these records replace the records at `places`.
    pub(crate) fn admit(
        &self,
        places: &[Option<usize>],
        needed: u32,
        records: usize,
    ) -> Result<(), Error> {
        let places = places.iter().flatten();
        let replaced = places.filter_map(|place| self.index.slot(*place));
        let (count, freed) = replaced.fold((0, 0), |(count, bytes), slot| {
            (count + 1, bytes + self.padded(&slot.header()))
        });
        if records > self.index.free() + count {
            return Err(Error::TooManyRecords);
        }
        if (self.used() - freed).saturating_add(needed) > self.capacity() {
            return Err(self.full(needed.saturating_sub(freed)));
        }
        Ok(())
    }

    /// Rejects a file of `size` bytes, with an entry of `entry` bytes and `directories` parent
    /// directories, if the store has no room for them, before anything is written.
    pub(crate) fn admit_file(
        &self,
        entry: usize,
        size: u32,
        directories: u32,
    ) -> Result<(), Error> {
        let record = |bytes| self.record_bytes(bytes);
        let entries = directories.saturating_add(1);
        let pieces = size.div_ceil(self.chunk());
        let needed = pieces
            .saturating_mul(record(4 + self.chunk()))
            .saturating_add(entries.saturating_mul(record(entry as u32 + 1)));
        self.admit(&[], needed, pieces.saturating_add(entries) as usize)
    }

    pub(crate) fn full(&self, needed: u32) -> Error {
        let free = self.capacity().saturating_sub(self.used());
        Error::Full { needed, free }
    }

    /// Returns the bytes of all live records.
    pub(crate) fn used(&self) -> u32 {
        self.index.used()
    }

    /// Returns the maximum total size of live records in bytes.
    ///
    /// One page is spare. Each other page may waste nearly one record at its end. If the records
    /// fit into the rest of all pages, one turn of the ring always reaches a page with room for
    /// another record. The room of one record is reserved, so that a record can always be replaced
    /// or removed.
    pub(crate) fn capacity(&self) -> u32 {
        let page = self.geometry().page - self.page_header();
        let longest = self.longest();
        ((self.pages() - 1) * (page - longest)).saturating_sub(longest)
    }

    /// Returns the maximum padded size of a record in bytes.
    pub(super) fn longest(&self) -> u32 {
        let setting = HEADER + MAX_KEY + MAX_VALUE;
        let chunk = HEADER + 4 + self.chunk() as usize;
        let app = HEADER + MAX_FOLDER + APP_BYTES;
        (setting.max(chunk).max(app) as u32).next_multiple_of(self.geometry().write)
    }

    /// Returns the size of a full chunk in bytes. Chunks are smaller on small pages, so that little
    /// room is wasted at the pages' ends.
    pub(crate) fn chunk(&self) -> u32 {
        (self.geometry().page / 8).min(MAX_RECORD_VALUE as u32)
    }
}
