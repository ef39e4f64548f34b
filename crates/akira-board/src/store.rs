use akira::store::{self, Layout, LayoutError, SharedStore};
use core::fmt;
use embedded_storage_async::nor_flash::NorFlash;

/// Reason why [`open`] failed; an existing store on the flash is unchanged.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum OpenError {
    /// The flash cannot be divided at the given start of the images, for this reason.
    Layout(LayoutError),
    /// The flash driver failed, or the store on the flash is damaged or was written by a newer
    /// firmware.
    Store(store::Error),
}

/// Opens the store on a flash and returns it. Images lie from the address `images` to the end of
/// the flash; everything else lies before. Formats a flash that holds no store.
///
/// # Errors
///
/// [`OpenError`] if the flash cannot be divided at `images`, or the store cannot be opened.
///
/// # Cancel safety
///
/// Dropping the future leaves a new flash formatted or not; the content of any other flash is
/// unchanged.
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
        // Each variant prints its cause's message, so the source is that cause's source.
        match self {
            Self::Layout(error) => error.source(),
            Self::Store(error) => error.source(),
        }
    }
}
