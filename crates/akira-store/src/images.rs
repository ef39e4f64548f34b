//! Where images lie.

use embedded_storage_async::nor_flash::NorFlash;
use sha2::{Digest, Sha256};

use crate::error::Area;
use crate::{Error, Image, Store, flash};

impl<F: NorFlash, const RECORDS: usize> Store<F, RECORDS> {
    /// Copies bytes of an image, from `offset` on, to the start of `buf`, and returns how many: fewer than `buf` holds
    /// only at the end.
    ///
    /// Where flash is mapped into memory, borrow the `size` bytes from `start` on instead. They stay as they are until
    /// the app is uninstalled, rolled back or confirmed, or updated twice.
    ///
    /// # Errors
    ///
    /// [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn read_image(
        &mut self,
        image: &Image,
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

    /// Compares an image with its hash.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] if it has changed since it was installed, [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn verify_image(&mut self, image: &Image) -> Result<(), Error> {
        match self.hash(image).await? == image.sha256 {
            true => Ok(()),
            false => Err(Error::Corrupt(Area::Images)),
        }
    }

    pub(crate) async fn hash(&mut self, image: &Image) -> Result<[u8; 32], Error> {
        let mut hash = Sha256::new();
        let mut add = |piece: &[u8]| {
            hash.update(piece);
            true
        };
        let end = image.start.saturating_add(image.size);
        flash::each_piece(&mut self.journal.flash, image.start, end, &mut add).await?;
        Ok(hash.finalize().into())
    }

    /// Returns where the first gap begins that has room for `size` bytes.
    pub(crate) async fn free_extent(&mut self, size: u32) -> Result<u32, Error> {
        let needed = self.whole_pages(size)?;
        let end = self.journal.layout().images.end;
        let (mut start, mut free) = (self.journal.layout().images.start, 0);
        while start < end {
            let (until, next) = self.neighbours(start).await?;
            if until > start {
                start = until;
                continue;
            }
            free = free.max(next - start);
            if next - start >= needed {
                return Ok(start);
            }
            start = next;
        }
        Err(Error::Full { needed, free })
    }

    /// Returns where the image over `start` ends, or `start` if there is none; and where the next image begins.
    async fn neighbours(&mut self, start: u32) -> Result<(u32, u32), Error> {
        let (mut until, mut next) = (start, self.journal.layout().images.end);
        for place in 0..self.journal.slots().len() {
            let Some(app) = self.app_at(place).await? else {
                continue;
            };
            for image in app.images() {
                let end = image.start.saturating_add(self.whole_pages(image.size)?);
                if image.start <= start && start < end {
                    until = until.max(end);
                } else if image.start > start {
                    next = next.min(image.start);
                }
            }
        }
        Ok((until, next))
    }

    /// Returns the bytes that an image of `size` bytes takes.
    fn whole_pages(&self, size: u32) -> Result<u32, Error> {
        let page = self.journal.layout().geometry.page;
        size.checked_next_multiple_of(page).ok_or(Error::Invalid)
    }
}
