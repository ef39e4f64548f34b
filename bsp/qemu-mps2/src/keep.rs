//! What the board keeps on its flash: apps, their files, and settings.

use akira::install::{Config, Library};
use akira::store::{Layout, SharedStore, StoreFiles, StoreSettings};
use akira::{Runtime, abi::caps::CapabilitySet};
use akira_package::DeveloperMode;
use embassy_futures::block_on;

use crate::layout::RECORDS;
use crate::{Engine, FLASH_BYTES, Flash, Mps2};

/// Where images begin; before them lies all else, in 32 sectors.
const IMAGES: u32 = 128 << 10;

pub(crate) type Kept = SharedStore<Flash, RECORDS>;
pub(crate) type Files = StoreFiles<Flash, RECORDS>;
pub(crate) type SettingsOnFlash = StoreSettings<Flash, RECORDS>;
pub(crate) type Apps = Library<Mps2, Engine, Flash, RECORDS>;

/// Finds what is on the flash; formats one that holds nothing that is known, as after the power came.
///
/// # Panics
///
/// If the flash is damaged, or was written by a newer firmware.
pub(crate) fn open() -> Kept {
    let flash = Flash::new();
    let layout = match Layout::new(&flash, 0..IMAGES, IMAGES..FLASH_BYTES) {
        Ok(layout) => layout,
        Err(error) => panic!("the flash: {error}"),
    };
    // Nothing else runs yet, so nobody is kept waiting.
    match block_on(SharedStore::open(flash, layout)) {
        Ok(store) => store,
        Err(error) => panic!("{error}; to begin anew, cut the power"),
    }
}

/// Returns the apps that the board keeps. It takes those, too, that nobody has signed: it is a developer's.
pub(crate) fn library(runtime: Runtime<Mps2, Engine>, store: Kept) -> Apps {
    let ceiling = CapabilitySet::from_bits(u64::MAX);
    let config = Config::default()
        .with_developer_mode(DeveloperMode::On { ceiling })
        .with_mapping(Flash::mapped);
    Library::new(runtime, store, config)
}
