use akira_abi::Errno;
use akira_bridge_display::NullPanel;

use crate::screen::{APP, Screen, art, expect, rect, screen};

/// Returns `count` pixels of the colours 1 to 9, over and over.
fn colors(count: usize) -> Vec<u8> {
    (0..count)
        .flat_map(|n| (n as u16 % 9 + 1).to_le_bytes())
        .collect()
}

#[test]
fn bitmap_is_little_endian_row_by_row() {
    let rows = ["................", "..123...........", "..456..........."];
    expect(|s| s.bitmap(APP, rect(2, 1, 3, 2), &colors(6)), &rows);
    let display = screen(1, 1, NullPanel);
    display
        .bitmap(APP, rect(0, 0, 1, 1), &[0x34, 0x12])
        .expect("nobody owns it");
    assert_eq!(
        display.draw(|framebuffer| framebuffer.pixels().to_vec()),
        Ok(vec![0x1234])
    );
}

#[test]
fn bitmap_clips_on_all_sides() {
    let data = colors(9);
    expect(
        |s| s.bitmap(APP, rect(-1, -1, 3, 3), &data),
        &["56..............", "89.............."],
    );
    let mut rows = ["................"; 12];
    rows[10] = "..............12";
    rows[11] = "..............45";
    expect(|s| s.bitmap(APP, rect(14, 10, 3, 3), &data), &rows);
}

#[test]
fn transparent_pixels_keep_what_is_there() {
    let both = |s: &Screen| {
        s.rect(APP, rect(0, 0, 3, 1), 9)?;
        s.bitmap_transparent(APP, rect(0, 0, 3, 1), &colors(3), 2)
    };
    expect(both, &["193............."]);
}

#[test]
fn short_bitmap_is_refused() {
    let display = screen(4, 4, NullPanel);
    let short = &colors(4)[..7];
    assert_eq!(
        display.bitmap(APP, rect(0, 0, 2, 2), short),
        Err(Errno::EINVAL)
    );
    assert_eq!(
        display.bitmap_transparent(APP, rect(0, 0, 2, 2), short, 0),
        Err(Errno::EINVAL)
    );
    assert_eq!(
        display.bitmap(APP, rect(0, 0, i32::MAX, i32::MAX), short),
        Err(Errno::EINVAL)
    );
    assert_eq!(art(&display), "....\n....\n....\n....");
}

#[test]
fn bitmap_without_size_draws_nothing() {
    for (w, h) in [(0, 1), (1, 0), (-1, 1), (-1, -1), (i32::MIN, i32::MIN)] {
        expect(|s| s.bitmap(APP, rect(0, 0, w, h), &[]), &[]);
    }
}

#[test]
fn longer_data_are_ignored() {
    expect(
        |s| s.bitmap(APP, rect(0, 0, 2, 1), &colors(7)),
        &["12.............."],
    );
}
