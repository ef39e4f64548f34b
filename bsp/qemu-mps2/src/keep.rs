//! The board's persistent data on flash: apps, their files, and settings.

use akira::install::Library;
use akira::store::{SharedStore, StoreFiles, StoreSettings};

use crate::layout::RECORDS;
use crate::{Engine, Flash, Mps2};

/// Offset of the images on the flash; all other data lies before it, in 32 sectors.
pub(crate) const IMAGES: u32 = 128 << 10;

pub(crate) type Kept = SharedStore<Flash, RECORDS>;
pub(crate) type Files = StoreFiles<Flash, RECORDS>;
pub(crate) type SettingsOnFlash = StoreSettings<Flash, RECORDS>;
pub(crate) type Apps = Library<Mps2, Engine, Flash, RECORDS>;
