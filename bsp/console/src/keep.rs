//! The console's persistent data on flash: apps, their files, and settings.

use crate::{Console, Hardware};
use akira::engine::Wasmi;
use akira::install::Library;
use akira::store::{Layout, LayoutError, SharedStore, StoreFiles, StoreSettings, Usage};
use embedded_storage_async::nor_flash::NorFlash;

/// Maximum number of records on the flash: settings, files, pieces of files, and apps. Each record
/// takes 16 bytes of RAM.
pub const RECORDS: usize = 4096;

/// Offset of the images on the flash; all other data lies before it.
pub const IMAGES: u32 = 2 << 20;

/// Store of the console.
pub type Kept<H> = SharedStore<<H as Hardware>::Flash, RECORDS>;
/// Files of the console's apps.
pub type Files<H> = StoreFiles<<H as Hardware>::Flash, RECORDS>;
/// Settings of the console.
pub type SettingsOnFlash<H> = StoreSettings<<H as Hardware>::Flash, RECORDS>;
/// Apps of the console.
pub type Apps<H> = Library<Console<H>, Wasmi, <H as Hardware>::Flash, RECORDS>;

/// Returns the division of a flash into records and images.
///
/// # Errors
///
/// [`LayoutError`] if the flash is too small or its erase unit is too large.
pub fn layout<F: NorFlash>(flash: &F) -> Result<Layout, LayoutError> {
    let end = u32::try_from(flash.capacity()).unwrap_or(u32::MAX);
    Layout::new(flash, 0..IMAGES, IMAGES..end.max(IMAGES))
}

/// Free, total and reserved bytes of the flash.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Space {
    /// Bytes that images, files and settings can still take. Files and settings are limited by the
    /// free records of the index; images take whole pages.
    pub(crate) free: u64,
    pub(crate) total: u64,
    /// Bytes that are reserved for files and settings of the installed apps, used or not.
    pub(crate) promised: u64,
}

/// Returns the free, total and reserved bytes of the flash. Space that cannot be queried counts as
/// used.
pub(crate) async fn space<H: Hardware>(library: &Apps<H>) -> Space {
    let promised = library.shares().await.map(|shares| shares.promised.bytes);
    let mut store = library.store().lock().await;
    let Ok(usage) = store.usage().await else {
        return Space::default();
    };
    let (page, images) = (
        u64::from(store.page_bytes()),
        u64::from(store.image_bytes()),
    );
    let mut taken = 0;
    let counted = store.each_app(|app| {
        let sizes = [app.current, app.previous].into_iter().flatten();
        let pages = sizes.map(|image| u64::from(image.size).next_multiple_of(page));
        taken += pages.sum::<u64>();
    });
    if counted.await.is_err() {
        taken = images;
    }
    Space {
        free: records_free(&usage) + images.saturating_sub(taken),
        total: u64::from(usage.capacity) + images,
        promised: promised.unwrap_or(usage.capacity).into(),
    }
}

/// Returns the number of bytes that files can still take. Each piece of 512 bytes needs a record.
fn records_free(usage: &Usage) -> u64 {
    let bytes = usage.capacity.saturating_sub(usage.used);
    let records = usage.records_max.saturating_sub(usage.records) as u64;
    u64::from(bytes).min(records * 512)
}
