//! Placement of images on the flash.

use core::ops::Range;

use embedded_storage_async::nor_flash::NorFlash;
use heapless::Vec;
use sha2::{Digest, Sha256};

use crate::error::Area;
use crate::journal::Kind;
use crate::{App, Error, ImageWriter, Store, StoredImage, flash};

/// Number of images examined at once in the search for a gap.
const WINDOW: usize = 32;

/// Start and end addresses of images, sorted.
type Extents = Vec<(u32, u32), WINDOW>;

impl<F: NorFlash, const RECORDS: usize> Store<F, RECORDS> {
    /// Copies bytes of an image, starting at `offset`, to the start of `buf`. Returns the number of
    /// bytes copied, which is less than `buf.len()` only at the image's end.
    ///
    /// Where flash is mapped into memory, borrow the bytes of [`StoredImage::payload`] instead.
    /// These bytes remain unchanged until the app is uninstalled, rolled back or confirmed, or
    /// updated twice.
    ///
    /// # Errors
    ///
    /// [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn read_image(
        &mut self,
        image: &StoredImage,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<usize, Error> {
        let left = image.size.saturating_sub(offset) as usize;
        let length = left.min(buf.len());
        let bytes = buf.get_mut(..length).unwrap_or_default();
        let start = image.start.saturating_add(offset);
        flash::read(&mut self.journal.flash, start, bytes).await?;
        Ok(length)
    }

    /// Returns the flash range that a writer's image occupies, in bytes from the flash's start. The
    /// range consists of whole pages, and each page is erased when the writer reaches it.
    pub fn place(&self, writer: &ImageWriter) -> Range<u32> {
        let page = self.journal.layout().geometry.page;
        let size = writer.size().checked_next_multiple_of(page);
        writer.start()..writer.start().saturating_add(size.unwrap_or(u32::MAX))
    }

    /// Verifies the stored bytes of an image against its SHA-256.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] if the bytes have changed since the image was installed, [`Error::Flash`]
    /// if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn verify_image(&mut self, image: &StoredImage) -> Result<(), Error> {
        let hash = self.hash(image.start, image.size).await?;
        match <[u8; 32]>::from(hash.finalize()) == image.sha256 {
            true => Ok(()),
            false => Err(Error::Corrupt(Area::Images)),
        }
    }

    /// Hashes the first `size` bytes of an image on the flash, so that the hash can be continued.
    pub(crate) async fn hash(&mut self, start: u32, size: u32) -> Result<Sha256, Error> {
        let mut hash = Sha256::new();
        let mut add = |piece: &[u8]| {
            hash.update(piece);
            true
        };
        let end = start.saturating_add(size);
        flash::each_piece(&mut self.journal.flash, start, end, &mut add).await?;
        Ok(hash)
    }

    /// Returns the start of a gap of `size` bytes: the next gap after the last installed image, so
    /// that all pages wear in turn.
    pub(crate) async fn free_extent(&mut self, size: u32) -> Result<u32, Error> {
        let needed = self.whole_pages(size)?;
        let cursor = self.cursor().await?;
        let cursor = self.whole_pages(cursor).unwrap_or_default();
        let ranges = self.journal.layout().images.clone();
        let here = ranges.iter().position(|range| range.contains(&cursor));
        let here = here.unwrap_or_default();
        let mut most = 0;
        let first = ranges
            .get(here)
            .map(|range| cursor.max(range.start)..range.end);
        let (before, after) = ranges.split_at(here.min(ranges.len()));
        // The search order: the rest of the cursor's range, the ranges after it, the ranges before
        // it, and last the whole range of the cursor.
        let turn = after.iter().skip(1).chain(before).chain(after.first());
        for range in first.into_iter().chain(turn.cloned()) {
            match self.gap(range.start, range.end, needed).await? {
                Ok(start) => return Ok(start),
                Err(free) => most = most.max(free),
            }
        }
        Err(Error::Full { needed, free: most })
    }

    /// Returns the start of a gap of `needed` bytes between two addresses, or the length of the
    /// longest gap as the inner error.
    async fn gap(&mut self, start: u32, end: u32, needed: u32) -> Result<Result<u32, u32>, Error> {
        let (mut at, mut longest) = (start, 0);
        loop {
            let window = self.extents(at, end).await?;
            let edge = Some((end, end)).filter(|_| !window.is_full());
            for (next, until) in window.iter().copied().chain(edge) {
                let free = next.saturating_sub(at);
                if free >= needed {
                    return Ok(Ok(at));
                }
                longest = longest.max(free);
                at = at.max(until);
            }
            if edge.is_some() {
                return Ok(Err(longest));
            }
        }
    }

    /// Returns the first images that end after `start` and begin before `end`.
    async fn extents(&mut self, start: u32, end: u32) -> Result<Extents, Error> {
        let mut extents = Extents::new();
        for place in self.journal.of_kind(Kind::App) {
            let app = match self.app_at(place).await {
                Ok(Some(app)) => app,
                // No store has written this record, so the app has no images.
                Ok(None) | Err(Error::Corrupt(Area::Apps)) => continue,
                Err(error) => return Err(error),
            };
            for (from, size) in app.extents() {
                let until = from.saturating_add(self.whole_pages(size)?);
                if until > start && from < end {
                    insert(&mut extents, (from, until));
                }
            }
        }
        Ok(extents)
    }

    /// Returns whether an image overlaps the range that an install of an app writes.
    pub(crate) async fn is_taken(
        &mut self,
        app: &App,
        start: u32,
        size: u32,
    ) -> Result<bool, Error> {
        let own = App {
            pending: None,
            ..*app
        };
        let end = start.saturating_add(self.whole_pages(size)?);
        let is_hit = |app: &App| {
            let mut extents = app.extents();
            extents.any(|(from, size)| from < end && start < from.saturating_add(size))
        };
        let mut taken = is_hit(&own);
        for place in self.journal.of_kind(Kind::App) {
            match self.app_at(place).await {
                Ok(Some(other)) => taken |= other.name != app.name && is_hit(&other),
                Ok(None) | Err(Error::Corrupt(Area::Apps)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(taken)
    }

    /// Returns the bytes of flash that an image of `size` bytes takes: whole pages.
    fn whole_pages(&self, size: u32) -> Result<u32, Error> {
        let page = self.journal.layout().geometry.page;
        size.checked_next_multiple_of(page).ok_or(Error::Invalid)
    }

    /// Returns the address where the search for a gap begins.
    async fn cursor(&mut self) -> Result<u32, Error> {
        let mut address = [0; 4];
        if let Some(slot) = self.journal.find(Kind::Cursor, &[]).await? {
            self.journal.value(slot, 0, &mut address).await?;
        }
        Ok(u32::from_le_bytes(address))
    }

    /// Records the end of the last image, where the search for the next gap begins. If the record
    /// is lost or has no room, only wear levelling suffers.
    pub(crate) async fn note_cursor(&mut self, start: u32, size: u32) -> Result<(), Error> {
        let end = start.saturating_add(self.whole_pages(size)?);
        let address = end.to_le_bytes();
        self.journal.draft(0, 4)?.copy_from_slice(&address);
        match self.journal.put(Kind::Cursor, &[], 0, 4).await {
            Err(Error::Full { .. } | Error::TooManyRecords) => Ok(()),
            noted => noted,
        }
    }
}

/// Inserts an extent and keeps the lowest [`WINDOW`] ones, sorted by start.
fn insert(extents: &mut Extents, extent: (u32, u32)) {
    let place = extents.partition_point(|other| *other <= extent);
    if extents.is_full() && place < WINDOW {
        extents.pop();
    }
    // Fails only if the extent lies after all extents in the full list.
    let _later = extents.insert(place, extent);
}
