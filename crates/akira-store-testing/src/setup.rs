//! Creation of flashes and stores.

use crate::flash::Flash;
use akira_store::{Error, Layout, Store};
use embassy_futures::block_on;

/// Number of record pages of the tests' flashes.
pub const RECORD_PAGES: usize = 4;
/// Number of image pages of the tests' flashes.
pub const IMAGE_PAGES: usize = 10;

/// Store on a borrowed flash.
pub type Borrowed<'f, const P: usize, const W: usize, const R: usize> =
    Store<&'f mut Flash<P, W, R>, 200>;

/// Returns the layout of a flash that has its image pages first.
pub fn layout<const P: usize, const W: usize, const R: usize>(flash: &Flash<P, W, R>) -> Layout {
    let images = (IMAGE_PAGES * P) as u32;
    let records = images..images + (RECORD_PAGES * P) as u32;
    Layout::new(flash, records, 0..images).expect("the layout fits")
}

/// Creates a flash with an empty store.
pub fn formatted<const P: usize, const W: usize, const R: usize>() -> Flash<P, W, R> {
    let mut flash = Flash::new(RECORD_PAGES + IMAGE_PAGES);
    let layout = layout(&flash);
    block_on(Store::<_, 200>::format(&mut flash, layout)).expect("it formats");
    flash
}

/// Mounts the store on a flash.
pub fn try_mount<const P: usize, const W: usize, const R: usize>(
    flash: &mut Flash<P, W, R>,
) -> Result<Borrowed<'_, P, W, R>, Error> {
    let layout = layout(flash);
    block_on(Store::mount(flash, layout))
}

/// Mounts the store on a flash; panics if that fails.
pub fn mount<const P: usize, const W: usize, const R: usize>(
    flash: &mut Flash<P, W, R>,
) -> Borrowed<'_, P, W, R> {
    try_mount(flash).expect("it mounts")
}
