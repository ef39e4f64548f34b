use akira_abi::Errno;
use akira_bridge_display::NullPanel;
use embassy_futures::block_on;

use crate::screen::{APP, INK, OTHER, PIXEL, art, at, rect, screen};

#[test]
fn first_app_that_draws_owns_the_display() {
    let display = screen(4, 1, NullPanel);
    assert_eq!(display.owner(), None);
    assert_eq!(display.pixel(APP, at(0, 0), INK), Ok(PIXEL));
    assert_eq!(display.owner(), Some(APP));
}

#[test]
fn another_app_is_busy_and_changes_nothing() {
    let display = screen(4, 1, NullPanel);
    display.pixel(APP, at(0, 0), INK).expect("nobody owns it");
    assert_eq!(display.clear(OTHER, INK), Err(Errno::EBUSY));
    assert_eq!(
        display.bitmap(OTHER, rect(0, 0, 9, 9), &[]),
        Err(Errno::EBUSY)
    );
    assert_eq!(block_on(display.flush(OTHER)), Err(Errno::EBUSY));
    assert_eq!(
        block_on(display.raw_write(OTHER, rect(0, 0, 1, 1), &[1, 1])),
        Err(Errno::EBUSY)
    );
    assert_eq!(art(&display), "#...");
}

#[test]
fn release_frees_the_display_and_keeps_the_image() {
    let display = screen(4, 1, NullPanel);
    display.pixel(APP, at(0, 0), INK).expect("nobody owns it");
    display.release(OTHER);
    assert_eq!(display.owner(), Some(APP));
    display.release(APP);
    assert_eq!(display.owner(), None);
    assert_eq!(display.pixel(OTHER, at(1, 0), INK), Ok(PIXEL));
    assert_eq!(art(&display), "##..");
}

#[test]
fn board_hands_the_display_over() {
    let display = screen(4, 1, NullPanel);
    display.pixel(APP, at(0, 0), INK).expect("nobody owns it");
    display.hand_over(Some(OTHER));
    assert_eq!(display.pixel(APP, at(1, 0), INK), Err(Errno::EBUSY));
    assert_eq!(display.pixel(OTHER, at(2, 0), INK), Ok(PIXEL));
    display.hand_over(None);
    assert_eq!(display.pixel(APP, at(3, 0), INK), Ok(PIXEL));
    assert_eq!(art(&display), "#.##");
}

#[test]
fn size_is_known_without_owning() {
    let display = screen(4, 3, NullPanel);
    display.hand_over(Some(OTHER));
    assert_eq!((display.width(), display.height()), (4, 3));
}

#[test]
fn drawing_from_within_a_drawing_is_busy() {
    let display = screen(4, 1, NullPanel);
    let nested = display.draw(|_| display.pixel(APP, at(0, 0), INK));
    assert_eq!(nested, Ok(Err(Errno::EBUSY)));
}
