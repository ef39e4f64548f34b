//! Rebuilding the index from the flash.

use embedded_storage_async::nor_flash::NorFlash;

use super::folders::{Folders, folder_of};
use super::index::{Index, Slot};
use super::page::{self, Found, Page};
use super::record::{HEADER, Header, Kind, MAX_RECORD_KEY};
use super::{Journal, Total};
use crate::error::Area;
use crate::{Error, FORMAT, flash};

/// The content at an offset of a page.
enum Place {
    Record(Header),
    /// No record, or the remains of an interrupted write.
    End,
}

impl<F: NorFlash, const N: usize> Journal<F, N> {
    /// Erases all records and mounts the empty store.
    pub(crate) async fn format(&mut self) -> Result<(), Error> {
        let records = self.layout.records.clone();
        self.torn = true;
        self.flash
            .erase(records.start, records.end)
            .await
            .map_err(Error::flash)?;
        self.write_header(Page {
            format: FORMAT,
            number: 0,
            oldest: 0,
            used_before: 0,
        })
        .await?;
        self.mount().await
    }

    /// Reads all records: first all records except chunks, then the chunks of the files that exist.
    /// In this order the index never holds more records than it held when they were written. Pages
    /// of an older format are migrated.
    pub(crate) async fn mount(&mut self) -> Result<(), Error> {
        let (newest, migrate_to) = self.newest_page().await?;
        self.torn = true;
        self.index = Index::new(self.geometry().write);
        self.folders = Folders::new();
        self.loose = None;
        (self.oldest, self.newest) = (newest.oldest, newest.number);
        for number in newest.oldest..=newest.number {
            self.end = self.scan(number).await?;
            if number != newest.number && self.end_of(number).await? != self.end {
                return Err(Error::Corrupt(Area::Records));
            }
        }
        self.index.sort_entries_by_tag();
        for number in newest.oldest..=newest.number {
            self.scan_chunks(number).await?;
        }
        self.index.sort_entries_by_key();
        self.count_folders().await?;
        self.sealed = !self.is_blank_after(0).await?;
        // An interrupted write leaves at most one record after the last valid one. Bytes beyond
        // that are valid records that a damaged record hides.
        if self.sealed && !self.is_blank_after(self.longest()).await? {
            return Err(Error::Corrupt(Area::Records));
        }
        while migrate_to.is_some_and(|number| self.oldest <= number) {
            self.advance().await?;
        }
        self.torn = false;
        Ok(())
    }

    /// Finds the newest page and checks that all pages from the oldest live one on exist. Also
    /// returns the number of the last page of an older format, if any.
    async fn newest_page(&mut self) -> Result<(Page, Option<u32>), Error> {
        let mut newest: Option<Page> = None;
        for place in 0..self.pages() {
            match self.page(place).await? {
                // A header whose number does not match its place belongs to no turn of this ring.
                Found::Page(page) if page.number % self.pages() != place => {}
                Found::Page(page) if newest.is_none_or(|newest| page.number > newest.number) => {
                    newest = Some(page);
                }
                Found::OtherFormat(found) => {
                    return Err(Error::Format {
                        found,
                        known: FORMAT,
                    });
                }
                _ => {}
            }
        }
        let newest = newest.ok_or(Error::Unformatted)?;
        // The live pages are at most all pages of the ring except the spare one.
        let span = newest.number.checked_sub(newest.oldest);
        if span.is_none_or(|span| span >= self.pages() - 1) {
            return Err(Error::Corrupt(Area::Pages));
        }
        let mut older = None;
        for number in newest.oldest..=newest.number {
            match self.page(number).await? {
                Found::Page(page) if page.number != number => {
                    return Err(Error::Corrupt(Area::Pages));
                }
                Found::Page(page) if page.format < FORMAT => older = Some(number),
                Found::Page(_) => {}
                _ => return Err(Error::Corrupt(Area::Pages)),
            }
        }
        Ok((newest, older))
    }

    /// Reads the header of the page at the place of page `number`.
    async fn page(&mut self, number: u32) -> Result<Found, Error> {
        let mut bytes = [0; page::HEADER];
        let address = self.address(self.start_of(number));
        flash::read(&mut self.flash, address, &mut bytes).await?;
        Ok(Page::decode(&bytes))
    }

    /// Adds the records of a page, except chunks, to the index, and returns where the records end.
    async fn scan(&mut self, number: u32) -> Result<u32, Error> {
        let mut offset = self.page_header();
        while let Place::Record(header) = self.record(number, offset, true).await? {
            let at = self.start_of(number) + offset;
            if header.kind != Kind::Setting {
                self.tag = self.tag.max(header.tag);
            }
            self.take(&header, at).await?;
            offset += self.padded(&header);
        }
        Ok(offset)
    }

    /// Returns whether the newest page reads as erased, starting `distance` bytes after its last
    /// record.
    async fn is_blank_after(&mut self, distance: u32) -> Result<bool, Error> {
        let start = self.address(self.start_of(self.newest));
        let (from, end) = (self.end.saturating_add(distance), self.geometry().page);
        flash::is_blank(&mut self.flash, start.saturating_add(from), start + end).await
    }

    /// Applies a record to the index, unless it is a chunk. Ignores a record that no store writes.
    async fn take(&mut self, header: &Header, at: u32) -> Result<(), Error> {
        let mut key = [0; MAX_RECORD_KEY];
        let key = self.key(Slot::new(header, &[], at), &mut key).await?;
        if !header.is_sound(key) {
            return Ok(());
        }
        match header.kind {
            kind if header.removed => self.forget(kind, key).await,
            Kind::Chunk => Ok(()),
            Kind::Entry => self.link(header, key, at).await,
            kind => {
                let place = self.place(kind, key).await?;
                self.index.set(place, Slot::new(header, key, at))
            }
        }
    }

    /// Adds the chunks of a page to the index. The CRCs of its records were checked before.
    async fn scan_chunks(&mut self, number: u32) -> Result<(), Error> {
        let end = self.end_of(number).await?;
        let mut offset = self.page_header();
        while offset < end {
            let Place::Record(header) = self.record(number, offset, false).await? else {
                return Err(Error::Corrupt(Area::Records));
            };
            let at = self.start_of(number) + offset;
            let is_sound = header.key == 4 && (1..=self.chunk()).contains(&header.value.into());
            if header.kind == Kind::Chunk && is_sound && self.index.has_file(header.tag) {
                let mut buf = [0; MAX_RECORD_KEY];
                let key = self.key(Slot::new(&header, &[], at), &mut buf).await?;
                let slot = Slot::new(&header, key, at);
                self.index
                    .set(self.index.chunk(slot.tag, slot.hash), slot)?;
            }
            offset += self.padded(&header);
        }
        Ok(())
    }

    /// Computes the folders' totals.
    async fn count_folders(&mut self) -> Result<(), Error> {
        let mut buf = [0; MAX_RECORD_KEY];
        for place in self.index.of_kind(Kind::Entry) {
            let slot = self.index.slot(place);
            let slot = slot.ok_or(Error::Corrupt(Area::Records))?;
            let key = self.key(slot, &mut buf).await?;
            let new = Total::of_entry(self.size(slot.tag));
            // A flash with more folders than a store ever creates stays readable; the extra folders
            // accept no more data.
            let _ = self.folders.change(folder_of(key), Total::default(), new);
        }
        Ok(())
    }

    /// Returns the end of a page's records, which is stored in the next page's header, or for the
    /// newest page known from the scan.
    async fn end_of(&mut self, number: u32) -> Result<u32, Error> {
        if number == self.newest {
            return Ok(self.end);
        }
        match self.page(number + 1).await? {
            Found::Page(next) => Ok(next.used_before),
            _ => Err(Error::Corrupt(Area::Pages)),
        }
    }

    /// Reads the header of the record at an offset of a page, and verifies its CRC if `check` is
    /// set.
    async fn record(&mut self, number: u32, offset: u32, check: bool) -> Result<Place, Error> {
        let page = self.geometry().page;
        if offset + HEADER as u32 > page {
            return Ok(Place::End);
        }
        let mut bytes = [0; HEADER];
        let address = self.address(self.start_of(number) + offset);
        flash::read(&mut self.flash, address, &mut bytes).await?;
        let Some((header, sum)) = Header::decode(bytes) else {
            return Ok(Place::End);
        };
        if offset + header.bytes() > page {
            return Ok(Place::End);
        }
        if check {
            let (body, end) = (address + HEADER as u32, address + header.bytes());
            let crc = flash::digest(&mut self.flash, body, end, header.crc()).await?;
            if crc.value() != sum {
                return Ok(Place::End);
            }
        }
        Ok(Place::Record(header))
    }
}
