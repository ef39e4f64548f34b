//! The device's store on flash, which contains the files, settings and apps.
//!
//! The bridges do not depend on the store, and the store does not depend on the bridges; this
//! module connects them.

#[cfg(any(feature = "storage", feature = "settings"))]
mod charged;
#[cfg(feature = "storage")]
mod files;
#[cfg(feature = "settings")]
mod settings;

pub use akira_store::*;

#[cfg(feature = "storage")]
pub use files::StoreFiles;
#[cfg(feature = "settings")]
pub use settings::StoreSettings;

use crate::WriteBudget;
use alloc::rc::Rc;
use core::cell::{Cell, RefCell};
use core::fmt;
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::{Mutex, MutexGuard};
use embedded_storage_async::nor_flash::NorFlash;

/// A store that files, settings and the app library share. Clones refer to the same store.
pub struct SharedStore<F, const RECORDS: usize> {
    store: Rc<Mutex<NoopRawMutex, Store<F, RECORDS>>>,
    /// Write budget of the app whose native call is being answered; `None` while the firmware
    /// itself writes.
    writer: Rc<RefCell<Option<Rc<WriteBudget>>>>,
    /// Bytes of flash wear that apps have caused and that are not charged to an app yet.
    unpaid: Rc<Cell<u32>>,
}

impl<F, const RECORDS: usize> SharedStore<F, RECORDS> {
    /// Creates a shared store from a mounted store.
    pub fn new(store: Store<F, RECORDS>) -> Self {
        Self {
            store: Rc::new(Mutex::new(store)),
            writer: Rc::default(),
            unpaid: Rc::default(),
        }
    }

    /// Sets the budget from which the following flash writes of files and settings are taken;
    /// `None` while the firmware itself writes. A board calls it from
    /// [`Board::on_behalf`](crate::Board::on_behalf).
    ///
    /// An app whose budget is used up gets `-EDQUOT` from every write. It can still read and
    /// remove.
    pub fn charge_to(&self, writes: Option<&Rc<WriteBudget>>) {
        self.writer.replace(writes.cloned());
    }

    /// Opens the store on `flash` with the given layout. Formats a flash that contains no known
    /// format.
    ///
    /// # Errors
    ///
    /// [`Error::Format`] if the store has a newer format and [`Error::Corrupt`] if it is damaged;
    /// neither is formatted automatically. [`Error::TooManyRecords`] if the store holds more than
    /// `RECORDS` records. [`Error::Flash`] if the flash fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has the effect described at [`Store::format`].
    pub async fn open(flash: F, layout: Layout) -> Result<Self, Error>
    where
        F: NorFlash,
    {
        let shared = Self::new(Store::new(flash, layout));
        let mut store = shared.lock().await;
        match store.open().await {
            Err(Error::Unformatted) => store.reformat().await?,
            opened => opened?,
        }
        drop(store);
        Ok(shared)
    }

    /// Waits for exclusive access to the store. Hold the guard for one operation only, since apps
    /// wait for their files in the meantime.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn lock(&self) -> MutexGuard<'_, NoopRawMutex, Store<F, RECORDS>> {
        self.store.lock().await
    }

    /// Returns access to the files of the apps, for [`Storage`](crate::storage::Storage).
    #[cfg(feature = "storage")]
    pub fn files(&self) -> StoreFiles<F, RECORDS> {
        StoreFiles(self.clone())
    }

    /// Returns access to the settings, for [`Settings`](crate::settings::Settings).
    #[cfg(feature = "settings")]
    pub fn settings(&self) -> StoreSettings<F, RECORDS> {
        StoreSettings(self.clone())
    }
}

impl<F, const RECORDS: usize> Clone for SharedStore<F, RECORDS> {
    fn clone(&self) -> Self {
        Self {
            store: self.store.clone(),
            writer: self.writer.clone(),
            unpaid: self.unpaid.clone(),
        }
    }
}

impl<F, const RECORDS: usize> fmt::Debug for SharedStore<F, RECORDS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedStore").finish_non_exhaustive()
    }
}

/// Maps an error of the store to the errno that the app receives.
#[cfg(any(feature = "storage", feature = "settings"))]
fn errno(error: Error) -> crate::abi::Errno {
    use crate::abi::Errno;
    match error {
        Error::NotFound => Errno::ENOENT,
        Error::Exists => Errno::EEXIST,
        Error::Invalid => Errno::EINVAL,
        Error::Full { .. } | Error::Quota { .. } | Error::TooManyRecords => Errno::ENOSPC,
        Error::ReadOnly => Errno::EACCES,
        _ => Errno::EIO,
    }
}
