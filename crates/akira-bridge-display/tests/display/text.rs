use akira_bridge_display::{Letters, NullPanel, Place};

use crate::screen::{APP, INK, Screen, art, at, expect, screen};

/// Draws on a screen of 32 × 28 pixels.
fn drawn(draw: impl FnOnce(&Screen) -> Result<u32, akira_abi::Errno>) -> String {
    let display = screen(32, 28, NullPanel);
    draw(&display).expect("nobody owns it");
    art(&display)
}

#[test]
fn text_puts_a_glyph_into_each_cell_of_8_by_10() {
    let rows = [
        "................",
        "..#.............",
        ".#.#............",
        "#...#....####...",
        "#...#...#...#...",
        "#####...#...#...",
        "#...#....####...",
        "#...#.......#...",
        "........#...#...",
        ".........###....",
    ];
    expect(|s| s.text(APP, at(0, 0), b"Ag", INK), &rows);
}

#[test]
fn text_begins_wherever_it_is_told() {
    let whole = drawn(|s| s.text(APP, at(0, 0), b"abcd", INK));
    let later = drawn(|s| s.text(APP, at(-8, 0), b"xabcd", INK));
    assert_eq!(whole, later);
    let far = drawn(|s| {
        s.text(
            APP,
            at(-8_000, 0),
            &[&[b'x'; 1000][..], b"abcd"].concat(),
            INK,
        )
    });
    assert_eq!(whole, far);
}

#[test]
fn text_cut_off_at_the_left_keeps_the_rest_of_its_glyph() {
    let whole = drawn(|s| s.text(APP, at(0, 0), b"ab", INK));
    let cut = drawn(|s| s.text(APP, at(-3, 0), b"ab", INK));
    for (whole, cut) in whole.lines().zip(cut.lines()) {
        assert_eq!(whole[3..], cut[..29]);
    }
}

#[test]
fn cells_advance_by_the_width_of_their_font() {
    for (width, height, font) in [(8, 10, 0), (12, 18, 1), (17, 28, 2)] {
        let text = |s: &Screen, x, bytes: &[u8]| match font {
            0 => s.text(APP, at(x, 0), bytes, INK),
            1 => s.text_large(APP, at(x, 0), bytes, INK),
            _ => s.text_huge(APP, at(x, 0), bytes, INK),
        };
        let second = drawn(|s| text(s, 0, b" g"));
        assert_eq!(second, drawn(|s| text(s, width, b"g")), "font {font}");
        let inked = |line: &&str| line.contains('#');
        assert!(
            second.lines().skip(height).find(inked).is_none(),
            "font {font}\n{second}"
        );
    }
}

#[test]
fn every_glyph_stays_in_its_cell() {
    for byte in 0..=255u8 {
        let small = drawn(|s| s.text(APP, at(6, 9), &[byte], INK));
        let large = drawn(|s| s.text_large(APP, at(6, 5), &[byte], INK));
        let huge = drawn(|s| s.text_huge(APP, at(6, 0), &[byte], INK));
        for (art, width, rows) in [(small, 7, 9..19), (large, 11, 5..23), (huge, 16, 0..28)] {
            for (y, row) in art.lines().enumerate() {
                let cell = if rows.contains(&y) {
                    6..6 + width
                } else {
                    0..0
                };
                let outside = row
                    .char_indices()
                    .find(|(x, c)| *c == '#' && !cell.contains(x));
                assert_eq!(outside, None, "byte {byte} row {y}\n{art}");
            }
        }
    }
}

#[test]
fn printable_characters_differ() {
    let glyphs = |font: usize| -> std::collections::BTreeSet<String> {
        let draw = |byte: u8| match font {
            0 => drawn(|s| s.text(APP, at(0, 0), &[byte], INK)),
            1 => drawn(|s| s.text_large(APP, at(0, 0), &[byte], INK)),
            _ => drawn(|s| s.text_huge(APP, at(0, 0), &[byte], INK)),
        };
        (b' '..0x7f).map(draw).collect()
    };
    assert_eq!([glyphs(0).len(), glyphs(1).len(), glyphs(2).len()], [95; 3]);
}

#[test]
fn control_characters_and_bytes_above_126_leave_their_cell_empty() {
    let blank = drawn(|s| s.text(APP, at(0, 0), b"a b", INK));
    for byte in (0..b' ').chain(0x7f..=0xff) {
        if !matches!(byte, b'\t' | b'\n') {
            let text = [b'a', byte, b'b'];
            assert_eq!(
                blank,
                drawn(|s| s.text(APP, at(0, 0), &text, INK)),
                "{byte}"
            );
        }
    }
}

/// Draws a text in each size on a screen that holds four lines of it.
fn in_each_size(mut check: impl FnMut(&dyn Fn(&Screen, (i32, i32), &[u8]), (i32, i32), Screen)) {
    let sizes = [
        (Letters::Small, 8, 12),
        (Letters::Large, 12, 20),
        (Letters::Huge, 17, 30),
    ];
    for (letters, width, height) in sizes {
        let text = |s: &Screen, (x, y): (i32, i32), text: &[u8]| {
            match letters {
                Letters::Small => s.text(APP, at(x, y), text, INK),
                Letters::Large => s.text_large(APP, at(x, y), text, INK),
                Letters::Huge => s.text_huge(APP, at(x, y), text, INK),
            }
            .expect("nobody owns it");
        };
        check(&text, (width, height), screen(160, 128, NullPanel));
    }
}

#[test]
fn a_line_break_begins_a_line_two_pixels_below_where_the_text_began() {
    in_each_size(|text, (width, height), whole| {
        text(&whole, (5, 3), b"ab\n\nc\n");
        let apart = screen(160, 128, NullPanel);
        text(&apart, (5, 3), b"a");
        text(&apart, (5 + width, 3), b"b");
        text(&apart, (5, 3 + 2 * height), b"c");
        assert_eq!(art(&whole), art(&apart));
    });
}

#[test]
fn a_tab_moves_to_the_next_of_every_fourth_cell() {
    in_each_size(|text, (width, _), whole| {
        text(&whole, (5, 3), b"\ta\nabc\tb\nabcd\tc");
        let apart = screen(160, 128, NullPanel);
        text(&apart, (5, 3), b"    a\nabc b\nabcd    c");
        assert_eq!(art(&whole), art(&apart), "width {width}");
    });
}

#[test]
fn lines_above_the_screen_are_passed_over_and_those_below_cost_nothing() {
    let lines = |count| "x\n".repeat(count).into_bytes();
    let whole = drawn(|s| s.text(APP, at(0, 0), b"ab", INK));
    let above = [lines(1_000), b"ab".to_vec()].concat();
    assert_eq!(whole, drawn(|s| s.text(APP, at(0, -12_000), &above, INK)));
    let display = screen(32, 28, NullPanel);
    let below = display.text(APP, at(0, i32::MAX), &lines(100_000), INK);
    assert!(below.is_ok_and(|cost| cost < 1_000));
}

/// A text is drawn in parts, each of which begins where the last one ended.
#[test]
fn a_text_in_parts_is_the_same_text() {
    let text = b"two words\n\tand\ttabs\n".repeat(8);
    let (whole, parts) = (screen(160, 128, NullPanel), screen(160, 128, NullPanel));
    whole
        .text(APP, at(-3, -3), &text, INK)
        .expect("nobody owns it");
    let (mut place, mut count) = (Place::default(), 0);
    loop {
        let look = (Letters::Small, at(-3, -3), INK);
        let part = parts
            .text_part(APP, look, &text, place)
            .expect("nobody owns it");
        assert!(part.cost < 10_000, "{}", part.cost);
        count += 1;
        match part.next {
            Some(next) => place = next,
            None => break,
        }
    }
    assert!(count > 2);
    assert_eq!(art(&whole), art(&parts));
}

#[test]
fn numbers_are_decimal() {
    for value in [0, 7, -7, 1_000_000, i32::MAX, i32::MIN] {
        let display = screen(80, 10, NullPanel);
        display
            .number(APP, at(0, 0), value, INK)
            .expect("nobody owns it");
        let same = screen(80, 10, NullPanel);
        let text = value.to_string();
        same.text(APP, at(0, 0), text.as_bytes(), INK)
            .expect("nobody owns it");
        assert_eq!(art(&display), art(&same));
    }
}

#[test]
fn huge_text_is_smooth_and_keeps_the_corners_of_a_plus() {
    let art = drawn(|s| s.text_huge(APP, at(0, 0), b"0+", INK));
    assert_eq!(art, HUGE.join("\n"), "got:\n{art}");
}

const HUGE: [&str; 28] = [
    "................................",
    "................................",
    "................................",
    ".....####.......................",
    "....######......................",
    "...###..###.....................",
    "..###....###....................",
    ".###......###...........##......",
    "####......####.........####.....",
    "####......####.........####.....",
    "####......####.........####.....",
    "####......####......##########..",
    "####......####.....############.",
    "####......####.....############.",
    "####......####......##########..",
    "####......####.........####.....",
    "####......####.........####.....",
    "####......####.........####.....",
    ".###......###...........##......",
    "..###....###....................",
    "...###..###.....................",
    "....######......................",
    ".....####.......................",
    "................................",
    "................................",
    "................................",
    "................................",
    "................................",
];
