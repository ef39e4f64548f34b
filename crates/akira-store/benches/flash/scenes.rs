//! What is measured.

use akira_caps::AppName;
use akira_store::{Details, Layout, NewImage, Store};
use akira_store_testing::Flash;
use embassy_futures::block_on;
use embedded_storage_async::nor_flash::NorFlash;

/// A serial NOR flash; words of 4 bytes spare the host some work.
pub(crate) type Chip = Flash<4096, 4>;

/// The bytes of the image that is installed.
pub(crate) const IMAGE: usize = 1 << 20;

/// The bytes of a piece as a link brings them.
pub(crate) const PIECE: usize = 512;

/// More records than any scene has.
const RECORDS: usize = 8192;

/// Makes an erased flash with pages for records and after them pages for images.
pub(crate) fn chip(records: usize, images: usize) -> Chip {
    Flash::new(records + images)
}

fn layout<F: NorFlash>(flash: &F, records: usize) -> Layout {
    let border = (records * 4096) as u32;
    let layout = Layout::new(flash, 0..border, border..flash.capacity() as u32);
    layout.expect("it fits")
}

/// Makes a store on it, whose records take the pages before the images.
pub(crate) fn formatted(mut chip: Chip) -> Chip {
    let layout = layout(&chip, 16);
    block_on(Store::<_, RECORDS>::format(&mut chip, layout)).expect("it formats");
    chip
}

pub(crate) fn mounted<F: NorFlash>(flash: &mut F, records: usize) -> Store<&mut F, RECORDS> {
    let layout = layout(flash, records);
    block_on(Store::mount(flash, layout)).expect("it mounts")
}

/// Installs an image that comes in pieces.
pub(crate) fn install<F: NorFlash>(flash: &mut F, records: usize, image: &[u8], piece: usize) {
    let mut store = mounted(flash, records);
    block_on(async {
        let new = NewImage {
            name: AppName::new("snake").expect("it is a good name"),
            size: image.len() as u32,
            sha256: None,
        };
        let mut writer = store.begin(&new).await?;
        for piece in image.chunks(piece) {
            store.write(&mut writer, piece).await?;
        }
        store.commit(writer, &Details::default()).await
    })
    .expect("it installs");
}

/// Writes the same to the same pages, as fast as it gets: erase a page, program it.
pub(crate) fn write_raw<F: NorFlash>(flash: &mut F, start: u32, image: &[u8]) {
    block_on(async {
        for (page, bytes) in image.chunks(4096).enumerate() {
            let at = start + page as u32 * 4096;
            flash.erase(at, at + 4096).await?;
            flash.write(at, bytes).await?;
        }
        Ok::<(), F::Error>(())
    })
    .expect("it writes");
}

/// Fills so many percent of the records' room with settings of 24 bytes; returns how many.
pub(crate) fn filled(records: usize, percent: u32) -> (Chip, usize) {
    let mut chip = Flash::new(records);
    let layout = layout(&chip, records);
    let store = Store::<_, RECORDS>::format(&mut chip, layout);
    let mut store = block_on(store).expect("it formats");
    let mut keys = 0;
    block_on(async {
        loop {
            let usage = store.usage().await?;
            if usage.used * 100 >= usage.capacity * percent || keys == RECORDS {
                return Ok::<(), akira_store::Error>(());
            }
            store.set_setting(&key(keys), &[keys as u8; 24]).await?;
            keys += 1;
        }
    })
    .expect("there is room");
    (chip, keys)
}

pub(crate) fn read_setting<F: NorFlash>(store: &mut Store<F, RECORDS>, n: usize) {
    let mut value = [0; 24];
    let read = block_on(store.setting(&key(n), &mut value));
    assert_eq!((read, value), (Ok(Some(24)), [n as u8; 24]));
}

fn key(n: usize) -> String {
    format!("key/{n:05}")
}
