//! What hostile numbers may cost.

use akira_abi::Errno;
use akira_bridge_display::{NullPanel, ProgressBar};
use embassy_futures::block_on;
use embedded_graphics::geometry::Point;

use crate::screen::{APP, INK, PIXEL, Screen, art, at, rect, screen};

const WIDTH: u16 = 40;
const HEIGHT: u16 = 30;
const PIXELS: u32 = 40 * 30;

/// A few screens of pixels, and what may be computed for each row and column of it. A text that fills the screen loads glyphs, which
/// costs 18 times their pixels, and is drawn in parts.
const FEW_SCREENS: u32 = 22 * PIXELS + 168 * (WIDTH as u32 + HEIGHT as u32);

/// What looking at a byte of a text costs, wherever it would be drawn.
const LOOKED_AT: u32 = 20;

/// The 64-bit linear congruential generator of Knuth's MMIX.
struct Random(u64);

impl Random {
    fn word(&mut self) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32
    }

    /// Returns a number of any kind: extreme, huge, or about the size of the screen.
    fn number(&mut self) -> i32 {
        let word = self.word();
        match self.word() % 6 {
            0 => [i32::MIN, i32::MIN + 1, -1, 0, 1, i32::MAX - 1, i32::MAX][word as usize % 7],
            1 => (word << 1) as i32,
            2 => (word % 100_000) as i32 - 50_000,
            _ => (word % 120) as i32 - 40,
        }
    }

    fn point(&mut self) -> Point {
        at(self.number(), self.number())
    }

    fn rect(&mut self) -> akira_bridge_display::Rect {
        rect(self.number(), self.number(), self.number(), self.number())
    }
}

fn any_call(s: &Screen, r: &mut Random, data: &[u8]) -> Result<u32, Errno> {
    // No string that reaches the bridge is longer.
    let text = data.get(..4_096).unwrap_or(data);
    let drawn = |cost: u32| cost.saturating_sub(LOOKED_AT * text.len() as u32);
    match r.word() % 19 {
        0 => s.pixel(APP, r.point(), INK),
        1 => s.rect(APP, r.rect(), INK),
        2 => s.rect_outline(APP, r.rect(), INK),
        3 => s.rounded_rect(APP, r.rect(), r.number(), INK),
        4 => s.rounded_rect_fill(APP, r.rect(), r.number(), INK),
        5 => s.line(APP, r.point(), r.point(), INK),
        6 => s.hline(APP, r.point(), r.number(), INK),
        7 => s.vline(APP, r.point(), r.number(), INK),
        8 => s.circle(APP, r.point(), r.number(), INK),
        9 => s.circle_fill(APP, r.point(), r.number(), INK),
        10 => s.triangle(APP, [r.point(), r.point(), r.point()], INK),
        11 => s.triangle_fill(APP, [r.point(), r.point(), r.point()], INK),
        12 => s.text(APP, r.point(), text, INK).map(drawn),
        13 => s.text_large(APP, r.point(), text, INK).map(drawn),
        14 => s.text_huge(APP, r.point(), text, INK).map(drawn),
        15 => s.number(APP, r.point(), r.number(), INK),
        16 => s.progress_bar(APP, any_bar(r)),
        17 => s.bitmap(APP, r.rect(), data),
        _ => s.bitmap_transparent(APP, r.rect(), data, 0),
    }
}

fn any_bar(r: &mut Random) -> ProgressBar {
    ProgressBar {
        area: r.rect(),
        value: r.number(),
        max: r.number(),
        foreground: 1,
        background: 2,
    }
}

#[test]
fn no_call_costs_more_than_a_few_screens() {
    let display = screen(WIDTH, HEIGHT, NullPanel);
    let mut random = Random(1);
    let data: Vec<u8> = (0..20_000u32).map(|n| n as u8).collect();
    let (mut drawn, mut refused) = (0, 0);
    for call in 0..60_000 {
        match any_call(&display, &mut random, &data) {
            Ok(cost) => {
                assert!(cost <= FEW_SCREENS, "call {call} cost {cost}");
                drawn += u32::from(cost > 0);
            }
            Err(errno) => {
                assert_eq!(errno, Errno::EINVAL, "call {call}");
                refused += 1;
            }
        }
    }
    assert!(
        drawn > 10_000 && refused > 500,
        "drew {drawn}, refused {refused}"
    );
}

#[test]
fn raw_writes_are_bounded_by_the_screen() {
    let display = screen(WIDTH, HEIGHT, NullPanel);
    let mut random = Random(2);
    let data = vec![7; 20_000];
    for _ in 0..5_000 {
        let written = block_on(display.raw_write(APP, random.rect(), &data));
        assert!(
            written.is_err_and(|errno| errno == Errno::EINVAL)
                || written.is_ok_and(|n| n <= PIXELS)
        );
    }
}

#[test]
fn a_rectangle_of_the_whole_plane_fills_the_screen() {
    let display = screen(4, 2, NullPanel);
    let cost = display.rect(
        APP,
        rect(i32::MIN / 2, i32::MIN / 2, i32::MAX, i32::MAX),
        INK,
    );
    assert_eq!(
        (art(&display).as_str(), cost),
        ("####\n####", Ok(8 + 2 * PIXEL))
    );
}

#[test]
fn a_line_across_the_whole_plane_is_a_diagonal() {
    let display = screen(4, 4, NullPanel);
    let cost = display.line(APP, at(i32::MIN, i32::MIN), at(i32::MAX, i32::MAX), INK);
    assert_eq!(art(&display), "#...\n.#..\n..#.\n...#");
    assert!(cost.is_ok_and(|cost| cost <= (20 + 4) * PIXEL), "{cost:?}");
}

#[test]
fn a_disc_of_the_largest_radius_fills_the_screen() {
    let display = screen(4, 2, NullPanel);
    let disc = display.circle_fill(APP, at(2, 2), i32::MAX, INK);
    disc.expect("nobody owns it");
    assert_eq!(art(&display), "####\n####");
}

#[test]
fn a_triangle_around_the_world_fills_the_screen() {
    let display = screen(4, 2, NullPanel);
    let corners = [
        at(i32::MIN, i32::MAX),
        at(0, i32::MIN),
        at(i32::MAX, i32::MAX),
    ];
    display
        .triangle_fill(APP, corners, INK)
        .expect("nobody owns it");
    assert_eq!(art(&display), "####\n####");
}

#[test]
fn a_display_without_pixels_takes_every_call() {
    let display = screen(0, 0, NullPanel);
    let mut random = Random(3);
    for _ in 0..2_000 {
        // A triangle has three lines, and each may enter the screen somewhere.
        let cost = any_call(&display, &mut random, &[0; 64]);
        assert!(
            cost.is_err() || cost.is_ok_and(|cost| cost <= 3 * 20 * PIXEL),
            "{cost:?}"
        );
    }
}
