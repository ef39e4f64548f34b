use embedded_storage_async::nor_flash::NorFlash;

use crate::journal::Journal;
use crate::{Error, Layout, Wear};

/// Number of the record format that this crate writes. [`Store::mount`] reads older formats and
/// migrates them.
pub const FORMAT: u8 = 2;

/// Persistent store of apps, settings and files on a NOR flash.
///
/// `RECORDS` is the maximum number of records; each takes 16 bytes of RAM. Each app, setting, file
/// and directory takes one record, each piece of a file another, and the store itself one. A piece
/// has 512 bytes, or an eighth of the page if that is less. The rest of the store takes less than
/// 1.25 KiB of RAM, regardless of the installed apps.
///
/// **Power cuts:** each call is atomic unless its documentation says otherwise, and its effect is
/// durable once the call has returned. **Cancel safety:** dropping a future at any await has the
/// effect of a power cut; the next call reads the flash again. An error of the flash driver has the
/// same effect.
#[derive(Debug)]
pub struct Store<F, const RECORDS: usize> {
    pub(crate) journal: Journal<F, RECORDS>,
}

/// Usage of a store's space for records, returned by [`Store::usage`]. Images are not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// Bytes of flash that records occupy.
    pub used: u32,
    /// Maximum bytes of flash that records may occupy.
    pub capacity: u32,
    /// Number of records in the index.
    pub records: usize,
    /// Maximum number of records in the index: the store's `RECORDS`.
    pub records_max: usize,
}

impl<F: NorFlash, const RECORDS: usize> Store<F, RECORDS> {
    /// Mounts the store on a flash. Writes nothing, except to migrate a store of an older format.
    ///
    /// # Errors
    ///
    /// [`Error::Unformatted`] if the flash holds no store, [`Error::Format`] if the store has a
    /// newer format, [`Error::Corrupt`] if the store is damaged, [`Error::TooManyRecords`] if it
    /// holds more than `RECORDS` records, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes no stored data; the next mount resumes an interrupted migration.
    pub async fn mount(flash: F, layout: Layout) -> Result<Self, Error> {
        let mut store = Self::new(flash, layout);
        store.open().await?;
        Ok(store)
    }

    /// Erases all records, including the references to all images, and creates an empty store.
    ///
    /// # Errors
    ///
    /// [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the old store, the new one, or a flash that must be formatted
    /// again. A power cut has the same effect.
    pub async fn format(flash: F, layout: Layout) -> Result<Self, Error> {
        let mut store = Self::new(flash, layout);
        store.reformat().await?;
        Ok(store)
    }

    /// Creates a store without reading the flash. The first call, such as [`open`](Self::open),
    /// mounts it.
    ///
    /// [`mount`](Self::mount) returns the store by value, and moving it takes several times the
    /// store's size of stack. On a device with little RAM, place a store from `new` in its final
    /// location and call [`open`](Self::open) there.
    pub fn new(flash: F, layout: Layout) -> Self {
        Self {
            journal: Journal::new(flash, layout),
        }
    }

    /// Mounts the store if it is not mounted yet, or if a call was interrupted since the last
    /// mount.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`mount`](Self::mount).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes no stored data; the next call mounts the store again.
    pub async fn open(&mut self) -> Result<(), Error> {
        self.journal.ready().await
    }

    /// Erases all records and leaves this store mounted and empty; [`format`](Self::format) does
    /// the same for a store that it creates.
    ///
    /// # Errors
    ///
    /// [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the old store, the new one, or a flash that must be formatted
    /// again.
    pub async fn reformat(&mut self) -> Result<(), Error> {
        self.journal.format().await
    }

    /// Returns the space that records occupy, and its maximum.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`mount`](Self::mount), if the store is not mounted yet or a call was
    /// interrupted.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn usage(&mut self) -> Result<Usage, Error> {
        self.journal.ready().await?;
        Ok(Usage {
            used: self.journal.used(),
            capacity: self.journal.capacity(),
            records: self.journal.slots().len(),
            records_max: RECORDS,
        })
    }

    /// Returns the flash wear that records have caused since this `Store` was created. Images do
    /// not count.
    pub fn wear(&self) -> Wear {
        self.journal.wear()
    }

    /// Returns the size of an erase page in bytes.
    pub fn page_bytes(&self) -> u32 {
        self.journal.layout().geometry.page
    }

    /// Returns the total size of all image ranges in bytes.
    pub fn image_bytes(&self) -> u32 {
        let ranges = &self.journal.layout().images;
        ranges.iter().map(|range| range.end - range.start).sum()
    }

    /// Returns the flash driver.
    pub fn release(self) -> F {
        self.journal.flash
    }
}
