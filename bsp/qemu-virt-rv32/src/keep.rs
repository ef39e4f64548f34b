//! What the console keeps on its flash: apps, their files, and settings.

use akira::engine::Wasmi;
use akira::install::{Config, Library};
use akira::store::{Layout, SharedStore, StoreFiles, StoreSettings};
use akira::{Runtime, abi::caps::CapabilitySet};
use akira_package::DeveloperMode;
use embassy_futures::block_on;

use crate::{Console, FLASH_BYTES, Flash};

/// The settings, files and apps that the console can keep, with the pieces of the files: 16 bytes of RAM for each.
const RECORDS: usize = 4096;

/// Where images begin; before them lies all else, in 8 sectors.
const IMAGES: u32 = 2 << 20;

pub(crate) type Kept = SharedStore<Flash, RECORDS>;
pub(crate) type Files = StoreFiles<Flash, RECORDS>;
pub(crate) type SettingsOnFlash = StoreSettings<Flash, RECORDS>;
pub(crate) type Apps = Library<Console, Wasmi, Flash, RECORDS>;

/// Finds what is on the flash; formats one that holds nothing that is known.
///
/// # Panics
///
/// If the flash fails, is damaged, or was written by a newer firmware: what is on it is not to be lost unasked.
pub(crate) fn open() -> Kept {
    let (flash, layout) = find();
    // Nothing else runs yet, so nobody is kept waiting.
    match block_on(SharedStore::open(flash, layout)) {
        Ok(store) => store,
        Err(error) => panic!("{error}; to begin anew, give the machine an empty flash"),
    }
}

fn find() -> (Flash, Layout) {
    let flash = match Flash::find() {
        Ok(flash) => flash,
        Err(error) => panic!("the flash: {error}"),
    };
    match Layout::new(&flash, 0..IMAGES, IMAGES..FLASH_BYTES) {
        Ok(layout) => (flash, layout),
        Err(error) => panic!("the flash: {error}"),
    }
}

/// Returns the apps that the console keeps. It takes those, too, that nobody has signed: it is a developer's.
pub(crate) fn library(runtime: Runtime<Console, Wasmi>, store: Kept) -> Apps {
    let ceiling = CapabilitySet::from_bits(u64::MAX);
    let config = Config::default()
        .with_developer_mode(DeveloperMode::On { ceiling })
        .with_mapping(Flash::mapped);
    Library::new(runtime, store, config)
}
