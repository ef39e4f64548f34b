use akira::store::{self, Layout, LayoutError, SharedStore};
use core::fmt;
use embedded_storage_async::nor_flash::NorFlash;

/// Why a flash was not opened; nothing on it was changed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum OpenError {
    /// Images cannot begin there.
    Layout(LayoutError),
    /// It fails, is damaged, or was written by a newer firmware.
    Store(store::Error),
}

/// Opens the store on a flash whose images begin at the byte `images`, with all else before; formats one that holds
/// nothing that is known.
///
/// # Errors
///
/// [`OpenError`] if that cannot be done.
///
/// # Cancel safety
///
/// A drop leaves a new flash formatted or not, and any other as it was.
pub async fn open<F: NorFlash, const RECORDS: usize>(
    flash: F,
    images: u32,
) -> Result<SharedStore<F, RECORDS>, OpenError> {
    let end = u32::try_from(flash.capacity()).unwrap_or(u32::MAX);
    let layout = Layout::new(&flash, 0..images, images..end).map_err(OpenError::Layout)?;
    let store = SharedStore::open(flash, layout).await;
    store.map_err(OpenError::Store)
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Layout(error) => write!(f, "the flash: {error}"),
            Self::Store(error) => write!(f, "the flash: {error}"),
        }
    }
}

impl core::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        // Each says what its cause says, so what is behind it is behind that.
        match self {
            Self::Layout(error) => error.source(),
            Self::Store(error) => error.source(),
        }
    }
}
