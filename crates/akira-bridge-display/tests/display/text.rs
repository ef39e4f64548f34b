use akira_bridge_display::NullPanel;

use crate::screen::{APP, INK, Screen, art, at, expect, screen};

/// Draws on a screen of 32 × 28 pixels.
fn drawn(draw: impl FnOnce(&Screen) -> Result<u32, akira_abi::Errno>) -> String {
    let display = screen(32, 28, NullPanel);
    draw(&display).expect("nobody owns it");
    art(&display)
}

#[test]
fn text_puts_a_glyph_into_each_cell_of_7_by_10() {
    let rows = [
        "................",
        "..#.............",
        ".#.#............",
        "#...#...####....",
        "#...#..#...#....",
        "#####..#...#....",
        "#...#...####....",
        "#...#......#....",
        ".......#...#....",
        "........###.....",
    ];
    expect(|s| s.text(APP, at(0, 0), b"Ag", INK), &rows);
}

#[test]
fn text_begins_wherever_it_is_told() {
    let whole = drawn(|s| s.text(APP, at(0, 0), b"abcd", INK));
    let later = drawn(|s| s.text(APP, at(-7, 0), b"xabcd", INK));
    assert_eq!(whole, later);
    let far = drawn(|s| {
        s.text(
            APP,
            at(-7_000, 0),
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
    for (width, height, font) in [(7, 10, 0), (11, 18, 1), (16, 28, 2)] {
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
        let small = drawn(|s| s.text(APP, at(7, 9), &[byte], INK));
        let large = drawn(|s| s.text_large(APP, at(7, 5), &[byte], INK));
        let huge = drawn(|s| s.text_huge(APP, at(7, 0), &[byte], INK));
        for (art, width, rows) in [(small, 7, 9..19), (large, 11, 5..23), (huge, 16, 0..28)] {
            for (y, row) in art.lines().enumerate() {
                let cell = if rows.contains(&y) {
                    7..7 + width
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
fn control_characters_are_blank_cells() {
    let blank = drawn(|s| s.text(APP, at(0, 0), b"a b", INK));
    assert_eq!(blank, drawn(|s| s.text(APP, at(0, 0), b"a\nb", INK)));
    assert_eq!(blank, drawn(|s| s.text(APP, at(0, 0), b"a\0b", INK)));
}

#[test]
fn bytes_outside_ascii_are_question_marks() {
    let marks = drawn(|s| s.text(APP, at(0, 0), b"?? ?", INK));
    assert_eq!(
        marks,
        drawn(|s| s.text(APP, at(0, 0), "é \x7f".as_bytes(), INK))
    );
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
    ".###......###..........##.......",
    "####......####........####......",
    "####......####........####......",
    "####......####........####......",
    "####......####.....##########...",
    "####......####....############..",
    "####......####....############..",
    "####......####.....##########...",
    "####......####........####......",
    "####......####........####......",
    "####......####........####......",
    ".###......###..........##.......",
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
