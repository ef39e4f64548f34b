//! Tests of opening a flash, and of the range checks for its driver.

use akira::store::SharedStore;
use akira_board::flash::{check_erase, check_read, check_write};
use akira_board::{OpenError, open};
use akira_store_testing::Flash;
use embassy_futures::block_on;
use embedded_storage_async::nor_flash::NorFlashErrorKind::{NotAligned, OutOfBounds};

const PAGE: usize = 4096;
const PAGES: usize = 16;
const END: u32 = (PAGE * PAGES) as u32;

/// Offset at which images begin.
const IMAGES: u32 = 8 * PAGE as u32;

type TestFlash = Flash<PAGE, 4>;
type Store = SharedStore<TestFlash, 64>;

fn flash() -> TestFlash {
    Flash::new(PAGES)
}

#[test]
fn an_empty_flash_is_formatted_and_one_that_fails_is_not_opened() {
    let opened: Result<Store, OpenError> = block_on(open(flash(), IMAGES));
    assert!(opened.is_ok(), "{opened:?}");

    let mut failing = flash();
    failing.fail_after(0, 1);
    let opened: Result<Store, OpenError> = block_on(open(failing, IMAGES));
    assert!(matches!(opened, Err(OpenError::Store(_))), "{opened:?}");
}

#[test]
fn images_begin_at_a_page() {
    let opened: Result<Store, OpenError> = block_on(open(flash(), IMAGES + 4));
    let error = opened.expect_err("it is in the middle of a page");
    assert!(matches!(error, OpenError::Layout(_)), "{error}");
    assert!(error.to_string().starts_with("the flash: "), "{error}");
}

#[test]
fn a_range_lies_within_the_flash_and_at_units_of_the_operation() {
    let flash = flash();
    assert_eq!(check_read(&flash, END - 3, 3), Ok(END - 3..END));
    assert_eq!(check_read(&flash, END, 0), Ok(END..END));
    assert_eq!(check_read(&flash, END - 3, 4), Err(OutOfBounds));
    assert_eq!(check_read(&flash, u32::MAX, usize::MAX), Err(OutOfBounds));
    assert_eq!(check_write(&flash, 4, 8), Ok(4..12));
    assert_eq!(check_write(&flash, 2, 4), Err(NotAligned));
    assert_eq!(check_write(&flash, 4, 6), Err(NotAligned));
    assert_eq!(check_write(&flash, END, 4), Err(OutOfBounds));
    let page = PAGE as u32;
    assert_eq!(check_erase(&flash, page, 3 * page), Ok(page..3 * page));
    assert_eq!(check_erase(&flash, page, page - 4), Err(OutOfBounds));
    assert_eq!(check_erase(&flash, page, page + 4), Err(NotAligned));
    assert_eq!(check_erase(&flash, 0, END + page), Err(OutOfBounds));
}
