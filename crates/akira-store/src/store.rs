use embedded_storage_async::nor_flash::NorFlash;

use crate::journal::Journal;
use crate::{Error, Layout, Wear};

/// The format that this crate writes. Older ones it reads, and writes again when it mounts them.
pub const FORMAT: u8 = 2;

/// Apps, settings and files on a NOR flash.
///
/// `RECORDS` is how many records it can hold, at 16 bytes of RAM each: one for each app, setting, file, directory, and
/// piece of 512 bytes of a file (an eighth of the page, if that is less), and one of its own. Beyond them it takes less
/// than 1.25 KiB, whatever is installed.
///
/// **Power cuts:** what a call changes has changed wholly or not at all, unless it says otherwise; what a call that has
/// returned changed stays. **Cancel safety:** a drop at any await is a power cut; the next call reads the flash again.
/// The same goes for an error of the flash.
#[derive(Debug)]
pub struct Store<F, const RECORDS: usize> {
    pub(crate) journal: Journal<F, RECORDS>,
}

/// How full a store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// The bytes that records take.
    pub used: u32,
    /// The bytes that records may take.
    pub capacity: u32,
    /// How many records there are.
    pub records: usize,
    /// How many there may be.
    pub records_max: usize,
}

impl<F: NorFlash, const RECORDS: usize> Store<F, RECORDS> {
    /// Finds what is on the flash. Nothing is written, but to migrate a store of an older format.
    ///
    /// # Errors
    ///
    /// [`Error::Unformatted`] if there is no store, [`Error::Format`] if it is of a newer format, [`Error::Corrupt`] if it
    /// was damaged, [`Error::TooManyRecords`] if it holds more than `RECORDS`, and [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing that shows; a migration is resumed by the next mount.
    pub async fn mount(flash: F, layout: Layout) -> Result<Self, Error> {
        let mut store = Self::new(flash, layout);
        store.open().await?;
        Ok(store)
    }

    /// Erases all records and with them what they know about images, and begins again.
    ///
    /// # Errors
    ///
    /// [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop or a cut leaves a flash that is to be formatted, if not the old store or the new one.
    pub async fn format(flash: F, layout: Layout) -> Result<Self, Error> {
        let mut store = Self::new(flash, layout);
        store.reformat().await?;
        Ok(store)
    }

    /// Makes a store whose flash is read by its first call, such as [`open`](Self::open).
    ///
    /// [`mount`](Self::mount) moves the store as it returns it, several times its size of stack; a small device puts one of
    /// these where it is to stay, and opens it there.
    pub fn new(flash: F, layout: Layout) -> Self {
        Self {
            journal: Journal::new(flash, layout),
        }
    }

    /// Finds what is on the flash, as [`mount`](Self::mount) does, if that was not done or a call was cut since.
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

    /// Erases all that the store holds, as [`format`](Self::format) does.
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

    /// Returns how full the store is.
    ///
    /// # Errors
    ///
    /// Those of [`mount`](Self::mount), if a call was cut.
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

    /// Returns what the records have cost the flash since the store was made; images do not count.
    pub fn wear(&self) -> Wear {
        self.journal.wear()
    }

    /// Returns the bytes of a page, which is erased at once.
    pub fn page_bytes(&self) -> u32 {
        self.journal.layout().geometry.page
    }

    /// Returns the bytes of the ranges that images may lie in.
    pub fn image_bytes(&self) -> u32 {
        let ranges = &self.journal.layout().images;
        ranges.iter().map(|range| range.end - range.start).sum()
    }

    /// Gives the flash back.
    pub fn release(self) -> F {
        self.journal.flash
    }
}
