//! Flashes that hold no store, another one, or a damaged one; and layouts that do not fit.

use akira_store::{Area, Error, FORMAT, Layout, LayoutError};
use embassy_futures::block_on;

use akira_store_testing::Flash;
use akira_store_testing::{Choices, Random};
use akira_store_testing::{IMAGE_PAGES, RECORD_PAGES, formatted, mount, try_mount};

type Esp = Flash<4096, 4, 4>;

const RECORDS: usize = IMAGE_PAGES * 4096;

#[test]
fn an_erased_flash_is_unformatted() {
    let mut flash = Esp::new(RECORD_PAGES + IMAGE_PAGES);
    assert_eq!(try_mount(&mut flash).err(), Some(Error::Unformatted));
}

#[test]
fn another_format_is_named() {
    let mut flash: Esp = formatted();
    let mut header = flash.bytes()[RECORDS..RECORDS + 20].to_vec();
    header[4] = 9;
    let sum = crc32(&header).to_le_bytes();
    flash.overwrite(RECORDS, &header);
    flash.overwrite(RECORDS + 20, &sum);
    let error = Error::Format {
        found: 9,
        known: FORMAT,
    };
    let before = flash.operations;
    assert_eq!(try_mount(&mut flash).err(), Some(error));
    assert_eq!(flash.operations, before, "nothing is written");
}

#[test]
fn a_changed_record_is_never_shown() {
    let mut flash: Esp = formatted();
    for n in 0..60_u8 {
        block_on(mount(&mut flash).set_setting("a", &[n; 200])).expect("there is room");
    }
    let mut random = Random::new(5);
    for _ in 0..2000 {
        let mut damaged = flash.clone();
        let place = RECORDS + random.below(RECORD_PAGES * 4096);
        damaged.flip(place, 1 << random.below(8));
        let mut value = [0; 255];
        match try_mount(&mut damaged) {
            Ok(mut store) => match block_on(store.setting("a", &mut value)) {
                Ok(Some(length)) => assert!(value[..length].iter().all(|b| *b == value[0])),
                Ok(None) | Err(Error::Corrupt(_)) => {}
                other => panic!("{other:?}"),
            },
            Err(error) => assert!(matches!(error, Error::Corrupt(_) | Error::Unformatted)),
        }
    }
}

#[test]
fn a_changed_last_record_counts_as_cut() {
    let mut flash: Esp = formatted();
    block_on(mount(&mut flash).set_setting("a", b"good")).expect("there is room");
    let place = flash.bytes().windows(4).position(|four| four == b"good");
    let place = place.expect("it is on the flash");
    let mut store = mount(&mut flash);
    assert_eq!(block_on(store.setting("a", &mut [0; 4])), Ok(Some(4)));
    let flash = store.release();
    flash.flip(place, 1);
    let mut value = [0; 4];
    // The last record of the newest page cannot be told from one that was cut while it was written.
    assert_eq!(block_on(mount(flash).setting("a", &mut value)), Ok(None));
    flash.flip(place, 1);
    assert_eq!(block_on(mount(flash).setting("a", &mut value)), Ok(Some(4)));
}

#[test]
fn a_missing_page_is_noticed() {
    let mut flash: Esp = formatted();
    let mut store = mount(&mut flash);
    for n in 0..40_u8 {
        block_on(store.set_setting(&format!("s{}", n % 20), &[n; 200])).expect("there is room");
    }
    flash.flip(RECORDS + 4096 + 8, 0xFF);
    assert_eq!(
        try_mount(&mut flash).err(),
        Some(Error::Corrupt(Area::Pages))
    );
}

#[test]
fn a_header_that_counts_on_pages_from_before_time_is_noticed() {
    let mut flash: Esp = formatted();
    let mut header = flash.bytes()[RECORDS..RECORDS + 20].to_vec();
    // The last number there is lies at the last of four pages; the oldest page stays 0.
    header[8..12].fill(0xFF);
    let sum = crc32(&header).to_le_bytes();
    let place = RECORDS + (RECORD_PAGES - 1) * 4096;
    flash.overwrite(place, &header);
    flash.overwrite(place + 20, &sum);
    let error = Error::Corrupt(Area::Pages);
    assert_eq!(try_mount(&mut flash).err(), Some(error));
}

#[test]
fn random_bytes_are_no_store() {
    let mut random = Random::new(11);
    for _ in 0..50 {
        let mut flash = Esp::new(RECORD_PAGES + IMAGE_PAGES);
        let noise = random.bytes(RECORD_PAGES * 4096);
        flash.overwrite(RECORDS, &noise);
        assert_eq!(try_mount(&mut flash).err(), Some(Error::Unformatted));
    }
}

#[test]
fn layouts_that_do_not_fit_are_refused() {
    let flash = Esp::new(8);
    let layout = |records, images| Layout::new(&flash, records, images).err();
    assert_eq!(layout(0..0x4000, 0x4000..0x8000), None);
    assert_eq!(
        layout(0..0x3000, 0x4000..0x8000),
        Some(LayoutError::TooSmall)
    );
    assert_eq!(
        layout(0..0x4800, 0x5000..0x8000),
        Some(LayoutError::Unaligned)
    );
    assert_eq!(
        layout(0..0x5000, 0x4000..0x8000),
        Some(LayoutError::Overlap)
    );
    assert_eq!(
        layout(0..0x4000, 0x4000..0x9000),
        Some(LayoutError::Overlap)
    );
    let small = Flash::<512, 4>::new(8);
    let layout = Layout::new(&small, 0..4096, 0..0).err();
    assert_eq!(layout, Some(LayoutError::Geometry));
}

/// The CRC of IEEE 802.3, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let byte = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1))
        })
    };
    !bytes.iter().fold(!0, byte)
}
