use embedded_storage_async::nor_flash::NorFlash;

use crate::journal::Journal;
use crate::{Error, Layout, Wear};

/// The format that this crate writes. Older formats are read, and migrated on mount.
pub const FORMAT: u8 = 2;

/// Apps, settings and files on a NOR flash.
///
/// `RECORDS` is the maximum number of records, at 16 bytes of RAM each: one for each app, setting, file, directory and
/// 512-byte piece of a file (an eighth of the page, if that is less), and one for the store itself. The rest of the
/// store takes less than 1.25 KiB of RAM, regardless of what is installed.
///
/// **Power cuts:** each call is atomic unless its documentation says otherwise, and its effect is durable once the call
/// has returned. **Cancel safety:** dropping a future at any await is like a power cut; the next call reads the flash
/// again. An error of the flash has the same effect.
#[derive(Debug)]
pub struct Store<F, const RECORDS: usize> {
    pub(crate) journal: Journal<F, RECORDS>,
}

/// Usage of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// Bytes taken by records.
    pub used: u32,
    /// Maximum bytes of records.
    pub capacity: u32,
    /// Number of records.
    pub records: usize,
    /// Maximum number of records.
    pub records_max: usize,
}

impl<F: NorFlash, const RECORDS: usize> Store<F, RECORDS> {
    /// Mounts the store on the flash. Writes nothing, except to migrate a store of an older format.
    ///
    /// # Errors
    ///
    /// [`Error::Unformatted`] if there is no store, [`Error::Format`] if it is of a newer format, [`Error::Corrupt`] if
    /// it is damaged, [`Error::TooManyRecords`] if it holds more than `RECORDS` records, and [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing observable; the next mount resumes a migration.
    pub async fn mount(flash: F, layout: Layout) -> Result<Self, Error> {
        let mut store = Self::new(flash, layout);
        store.open().await?;
        Ok(store)
    }

    /// Erases all records, and with them the references to all images, and creates an empty store.
    ///
    /// # Errors
    ///
    /// [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop or a power cut leaves the old store, the new one, or a flash that must be formatted again.
    pub async fn format(flash: F, layout: Layout) -> Result<Self, Error> {
        let mut store = Self::new(flash, layout);
        store.reformat().await?;
        Ok(store)
    }

    /// Creates a store that reads the flash at its first call, such as [`open`](Self::open).
    ///
    /// [`mount`](Self::mount) moves the store when it returns it, which takes several times its size of stack. A small
    /// device places a store from `new` in its final location and opens it there.
    pub fn new(flash: F, layout: Layout) -> Self {
        Self {
            journal: Journal::new(flash, layout),
        }
    }

    /// Mounts the store, as [`mount`](Self::mount) does, if it is not mounted yet or a call was interrupted since.
    ///
    /// # Errors
    ///
    /// Those of [`mount`](Self::mount).
    ///
    /// # Cancel safety
    ///
    /// That of [`mount`](Self::mount).
    pub async fn open(&mut self) -> Result<(), Error> {
        self.journal.ready().await
    }

    /// Erases all records, as [`format`](Self::format) does.
    ///
    /// # Errors
    ///
    /// [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// That of [`format`](Self::format).
    pub async fn reformat(&mut self) -> Result<(), Error> {
        self.journal.format().await
    }

    /// Returns the usage of the store.
    ///
    /// # Errors
    ///
    /// Those of [`mount`](Self::mount), if the store is not mounted yet or a call was interrupted.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn usage(&mut self) -> Result<Usage, Error> {
        self.journal.ready().await?;
        Ok(Usage {
            used: self.journal.used(),
            capacity: self.journal.capacity(),
            records: self.journal.slots().len(),
            records_max: RECORDS,
        })
    }

    /// Returns the wear caused by records since this `Store` was created; images do not count.
    pub fn wear(&self) -> Wear {
        self.journal.wear()
    }

    /// Returns the size of an erase page in bytes.
    pub fn page_bytes(&self) -> u32 {
        self.journal.layout().geometry.page
    }

    /// Returns the total size of the image ranges in bytes.
    pub fn image_bytes(&self) -> u32 {
        let ranges = &self.journal.layout().images;
        ranges.iter().map(|range| range.end - range.start).sum()
    }

    /// Returns the flash.
    pub fn release(self) -> F {
        self.journal.flash
    }
}
