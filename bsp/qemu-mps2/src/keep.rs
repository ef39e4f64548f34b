//! What the board keeps on its flash: apps, their files, and settings.

use akira::install::Library;
use akira::store::{SharedStore, StoreFiles, StoreSettings};

use crate::layout::RECORDS;
use crate::{Engine, Flash, Mps2};

/// Where images begin; before them lies all else, in 32 sectors.
pub(crate) const IMAGES: u32 = 128 << 10;

pub(crate) type Kept = SharedStore<Flash, RECORDS>;
pub(crate) type Files = StoreFiles<Flash, RECORDS>;
pub(crate) type SettingsOnFlash = StoreSettings<Flash, RECORDS>;
pub(crate) type Apps = Library<Mps2, Engine, Flash, RECORDS>;
