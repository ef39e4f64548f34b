//! What the console keeps on its flash: apps, their files, and settings.

use akira::engine::Wasmi;
use akira::install::Library;
use akira::store::{SharedStore, StoreFiles, StoreSettings};

use crate::{Console, Flash};

/// The settings, files and apps that the console can keep, with the pieces of the files: 16 bytes of RAM for each.
const RECORDS: usize = 4096;

/// Where images begin; before them lies all else, in 8 sectors.
pub(crate) const IMAGES: u32 = 2 << 20;

pub(crate) type Kept = SharedStore<Flash, RECORDS>;
pub(crate) type Files = StoreFiles<Flash, RECORDS>;
pub(crate) type SettingsOnFlash = StoreSettings<Flash, RECORDS>;
pub(crate) type Apps = Library<Console, Wasmi, Flash, RECORDS>;
