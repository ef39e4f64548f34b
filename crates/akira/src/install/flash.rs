//! Images on flash.

use super::{Error, Library};
use crate::engine::Engine;
use crate::store::{ImageWriter, Store, StoredImage};
use crate::{Board, Image};
use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::ops::Range;
use embedded_storage_async::nor_flash::NorFlash;

impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Returns the module of an installed image.
    pub(super) async fn module_of(
        &self,
        store: &mut Store<F, RECORDS>,
        image: &StoredImage,
    ) -> Result<Image, Error> {
        let range = image.payload();
        if let Some(image) = self.mapped(&range) {
            return Ok(image);
        }
        let mut copy = room_for(&range)?;
        let bytes = Rc::make_mut(&mut copy);
        let offset = range.start.saturating_sub(image.start);
        store.read_image(image, offset, bytes).await?;
        Ok(Image::Shared(copy))
    }

    /// Returns the module of a completely received image; `payload` is its range within the image.
    pub(super) async fn module_in(
        &self,
        store: &mut Store<F, RECORDS>,
        writer: &mut ImageWriter,
        payload: &Range<u32>,
    ) -> Result<Image, Error> {
        let start = store.seal(writer).await?;
        let range = start.saturating_add(payload.start)..start.saturating_add(payload.end);
        if let Some(image) = self.mapped(&range) {
            return Ok(image);
        }
        let mut copy = room_for(payload)?;
        let bytes = Rc::make_mut(&mut copy);
        store.read_back(writer, payload.start, bytes).await?;
        Ok(Image::Shared(copy))
    }

    fn mapped(&self, range: &Range<u32>) -> Option<Image> {
        let mapping = self.shared.config.mapping.as_ref()?;
        let (image, owners) = Image::mapped(mapping(range.clone())?);
        let mut lent = self.shared.lent.borrow_mut();
        lent.retain(Lent::is_read);
        lent.push(Lent {
            range: range.clone(),
            owners,
        });
        Some(image)
    }

    /// Returns the writer of an installation whose place on flash may be written. If an image at
    /// that place is still being read, the installation is aborted, and the next one gets another
    /// place.
    pub(super) async fn claim(
        &self,
        store: &mut Store<F, RECORDS>,
        writer: ImageWriter,
    ) -> Result<ImageWriter, Error> {
        let place = store.place(&writer);
        let is_read = {
            let lent = self.shared.lent.borrow();
            lent.iter()
                .any(|lent| lent.overlaps(&place) && lent.is_read())
        };
        if is_read {
            store.give_up(&writer).await?;
            return Err(Error::InUse);
        }
        Ok(writer)
    }
}

/// A range of the flash that an engine reads in place.
pub(super) struct Lent {
    range: Range<u32>,
    /// Owners of the range: all images that refer to it.
    owners: Weak<()>,
}

impl Lent {
    fn is_read(&self) -> bool {
        self.owners.strong_count() > 0
    }

    fn overlaps(&self, place: &Range<u32>) -> bool {
        self.range.start < place.end && place.start < self.range.end
    }
}

/// Allocates RAM for as many bytes as the range has.
fn room_for(range: &Range<u32>) -> Result<Rc<[u8]>, Error> {
    let size = range.end.saturating_sub(range.start);
    let with_counts = (size as usize).saturating_add(4 * size_of::<usize>());
    // `Rc` cannot report an allocation failure, so a `Vec` tests the allocation first.
    let mut trial = Vec::<u8>::new();
    let fits = trial.try_reserve_exact(with_counts);
    fits.map_err(|_| Error::NoMemory { size })?;
    drop(trial);
    Ok(core::iter::repeat_n(0, size as usize).collect())
}
