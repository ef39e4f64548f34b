//! What the console keeps on its flash: apps, their files, and settings.

use std::io;
use std::path::Path;

use akira::Runtime;
use akira::abi::caps::CapabilitySet;
use akira::engine::Wasmi;
use akira::install::{Config, Library};
use akira::store::{Layout, SharedStore, Store, StoreFiles, StoreSettings, Usage};
use akira_package::{DeveloperMode, TrustStore};
use embassy_futures::block_on;
use embedded_storage_async::nor_flash::NorFlash;

use crate::board::Console;
use crate::flash::{FLASH_BYTES, Flash, OpenError};

/// The settings, files and apps that the console can keep, with the pieces of the files: 16 bytes of RAM for each.
pub const RECORDS: usize = 4096;

/// Where images begin; before them lies all else.
const IMAGES: u32 = 2 << 20;

/// What is erased at once.
const PAGE: u64 = <Flash as NorFlash>::ERASE_SIZE as u64;

/// What the console keeps.
pub type Kept = SharedStore<Flash, RECORDS>;
/// The files of its apps.
pub type Files = StoreFiles<Flash, RECORDS>;
/// Its settings.
pub type SettingsOnFlash = StoreSettings<Flash, RECORDS>;
/// Its apps.
pub type Apps = Library<Console, Wasmi, Flash, RECORDS>;

/// Whose apps a console takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trust {
    /// The keys whose apps it takes.
    pub keys: &'static TrustStore,
    /// Whether it takes those, too, that nobody vouches for.
    pub developer: bool,
}

impl Trust {
    /// Trusts no key, and takes every app.
    pub const DEVELOPER: Self = Self {
        keys: &TrustStore::NOBODY,
        developer: true,
    };
}

/// Opens the flash in a file, or one in memory, and finds what is on it. An erased flash is formatted, no other.
///
/// # Errors
///
/// [`OpenError`] if the file cannot be the flash, or what is on it cannot be used.
pub fn open(path: Option<&Path>) -> Result<Kept, OpenError> {
    mount(match path {
        Some(path) => Flash::open(path)?,
        None => Flash::in_memory(),
    })
}

/// Finds what is on a flash, which is formatted if it is erased.
///
/// # Errors
///
/// [`OpenError`] if what is on it cannot be used.
pub fn mount(mut flash: Flash) -> Result<Kept, OpenError> {
    let is_new = flash.is_erased()?;
    let layout = Layout::new(&flash, 0..IMAGES, IMAGES..FLASH_BYTES);
    let layout = layout.map_err(io::Error::other)?;
    // Nothing else runs yet, so nobody has the flash and this goes on.
    let store = block_on(async {
        match is_new {
            true => Store::format(flash, layout).await,
            false => Store::mount(flash, layout).await,
        }
    });
    Ok(SharedStore::new(store?))
}

/// Returns the apps that a console keeps.
pub(crate) fn library(runtime: Runtime<Console, Wasmi>, kept: Kept, trust: Trust) -> Apps {
    let ceiling = CapabilitySet::from_bits(u64::MAX);
    let developer = match trust.developer {
        true => DeveloperMode::On { ceiling },
        false => DeveloperMode::Off,
    };
    let config = Config::default()
        .with_trust(trust.keys)
        .with_developer_mode(developer);
    Library::new(runtime, kept, config)
}

/// How many bytes of the flash are whose.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Space {
    /// What images, files and settings can still take: no more than the index has records for, in whole pages of images.
    pub(crate) free: u64,
    pub(crate) total: u64,
    /// What apps may take of it with files and settings, used or not.
    pub(crate) promised: u64,
}

/// Returns how many bytes are free for apps, files and settings. What the flash does not tell counts as used.
pub(crate) async fn space(library: &Apps) -> Space {
    let promised = library.shares().await.map(|shares| shares.promised.bytes);
    let mut store = library.store().lock().await;
    let Ok(usage) = store.usage().await else {
        return Space::default();
    };
    let images = u64::from(FLASH_BYTES - IMAGES);
    let mut taken = 0;
    let counted = store.each_app(|app| {
        let sizes = [app.current, app.previous].into_iter().flatten();
        let pages = sizes.map(|image| u64::from(image.size).next_multiple_of(PAGE));
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

/// Returns how many bytes files can still take, which need a record for each 512.
fn records_free(usage: &Usage) -> u64 {
    let bytes = usage.capacity.saturating_sub(usage.used);
    let records = usage.records_most.saturating_sub(usage.records) as u64;
    u64::from(bytes).min(records * 512)
}
