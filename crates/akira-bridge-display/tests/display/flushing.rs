use std::pin::pin;

use akira_abi::Errno;
use embassy_futures::{block_on, join::join, poll_once};
use embedded_graphics::geometry::{Point, Size};
use embedded_graphics::primitives::Rectangle;

use crate::screen::{APP, Glass, INK, OTHER, PIXEL, art, at, rect, screen};

fn area(x: i32, y: i32, w: u32, h: u32) -> Rectangle {
    Rectangle::new(Point::new(x, y), Size::new(w, h))
}

#[test]
fn first_flush_sends_the_whole_screen() {
    let glass = Glass::new(16, 12);
    let display = screen(16, 12, &glass);
    assert_eq!(block_on(display.flush(APP)), Ok(16 * 12));
    assert_eq!(*glass.writes.borrow(), [area(0, 0, 16, 12)]);
}

#[test]
fn later_flushes_send_the_changed_rectangle() {
    let glass = Glass::new(16, 12);
    let display = screen(16, 12, &glass);
    block_on(display.flush(APP)).expect("the panel works");
    display.pixel(APP, at(3, 4), INK).expect("mine");
    display.pixel(APP, at(5, 9), INK).expect("mine");
    assert_eq!(block_on(display.flush(APP)), Ok(18));
    assert_eq!(glass.writes.borrow()[1..], [area(3, 4, 3, 6)]);
    assert_eq!(block_on(display.flush(APP)), Ok(0));
    assert_eq!(glass.art(), art(&display));
}

#[test]
fn a_large_screen_is_sent_in_bands() {
    let glass = Glass::new(320, 240);
    let display = screen(320, 240, &glass);
    display
        .circle_fill(APP, at(100, 100), 90, INK)
        .expect("mine");
    block_on(display.flush(APP)).expect("the panel works");
    assert_eq!(glass.writes.borrow().len(), 80);
    assert_eq!(glass.art(), art(&display));
}

#[test]
fn a_screen_wider_than_a_band_is_sent_in_pieces() {
    let glass = Glass::new(2500, 2);
    let display = screen(2500, 2, &glass);
    display.line(APP, at(0, 0), at(2499, 1), INK).expect("mine");
    assert_eq!(block_on(display.flush(APP)), Ok(5000));
    assert_eq!(glass.writes.borrow().len(), 6);
    assert_eq!(glass.art(), art(&display));
}

#[test]
fn drawing_goes_on_during_a_flush() {
    let glass = Glass::new(320, 240);
    let display = screen(320, 240, &glass);
    let flush = pin!(display.flush(APP));
    assert!(poll_once(flush).is_pending());
    assert_eq!(display.pixel(APP, at(1, 1), INK), Ok(PIXEL));
}

#[test]
fn a_cancelled_flush_is_made_up_for() {
    let glass = Glass::new(320, 240);
    let display = screen(320, 240, &glass);
    display.clear(APP, INK).expect("mine");
    {
        let mut flush = pin!(display.flush(APP));
        for _ in 0..6 {
            assert!(poll_once(flush.as_mut()).is_pending());
        }
    }
    let sent: u32 = glass
        .writes
        .borrow()
        .iter()
        .map(|area| area.size.width * area.size.height)
        .sum();
    assert!(sent > 0 && sent < 320 * 240);
    assert_eq!(block_on(display.flush(APP)), Ok(320 * 240 - sent));
    assert_eq!(glass.art(), art(&display));
}

#[test]
fn a_failed_flush_is_made_up_for() {
    let glass = Glass::new(16, 12);
    let display = screen(16, 12, &glass);
    display.circle(APP, at(8, 6), 5, INK).expect("mine");
    *glass.broken.borrow_mut() = true;
    assert_eq!(block_on(display.flush(APP)), Err(Errno::EIO));
    *glass.broken.borrow_mut() = false;
    assert_eq!(block_on(display.flush(APP)), Ok(16 * 12));
    assert_eq!(glass.art(), art(&display));
}

#[test]
fn two_flushes_at_once_send_everything_once() {
    let glass = Glass::new(320, 240);
    let display = screen(320, 240, &glass);
    let both = block_on(join(display.flush(APP), display.flush(APP)));
    assert_eq!(both, (Ok(320 * 240), Ok(0)));
}

#[test]
fn raw_write_goes_past_the_framebuffer() {
    let glass = Glass::new(4, 3);
    let display = screen(4, 3, &glass);
    let data: Vec<u8> = (1..=9u16).flat_map(u16::to_le_bytes).collect();
    assert_eq!(
        block_on(display.raw_write(APP, rect(2, -1, 3, 3), &data)),
        Ok(4)
    );
    assert_eq!(glass.art(), "..45\n..78\n....");
    assert_eq!(art(&display), "....\n....\n....");
    assert_eq!(display.owner(), Some(APP));
}

#[test]
fn short_raw_write_is_refused() {
    let glass = Glass::new(4, 3);
    let display = screen(4, 3, &glass);
    assert_eq!(
        block_on(display.raw_write(APP, rect(0, 0, 2, 2), &[0; 7])),
        Err(Errno::EINVAL)
    );
    assert_eq!(
        block_on(display.raw_write(APP, rect(0, 0, -2, 2), &[])),
        Ok(0)
    );
    assert!(glass.writes.borrow().is_empty());
}

#[test]
fn raw_write_that_waited_while_the_display_changed_hands_is_busy() {
    let glass = Glass::new(320, 240);
    let display = screen(320, 240, &glass);
    display.clear(APP, INK).expect("mine");
    let mut flush = pin!(display.flush(APP));
    assert!(poll_once(flush.as_mut()).is_pending());
    let mut raw = pin!(display.raw_write(APP, rect(0, 0, 1, 1), &[1, 0]));
    assert!(poll_once(raw.as_mut()).is_pending());
    display.hand_over(Some(OTHER));
    let (flushed, raw) = block_on(join(flush, raw));
    assert_eq!((flushed, raw), (Ok(320 * 240), Err(Errno::EBUSY)));
}
