//! The textbook loops, which walk every pixel, against what the display computes.

use akira_bridge_display::NullPanel;

use crate::screen::{APP, INK, art, art_of, at, rect, screen};

const SIDE: i32 = 32;

struct Naive(Vec<u16>);

impl Naive {
    fn new() -> Self {
        Self(vec![0; (SIDE * SIDE) as usize])
    }

    fn dot(&mut self, x: i32, y: i32) {
        if (0..SIDE).contains(&x) && (0..SIDE).contains(&y) {
            self.0[(y * SIDE + x) as usize] = INK;
        }
    }

    fn row(&mut self, left: i32, right: i32, y: i32) {
        (left..=right).for_each(|x| self.dot(x, y));
    }

    fn art(&self) -> String {
        art_of(&self.0, SIDE as usize)
    }

    fn line(&mut self, (mut x, mut y): (i32, i32), (x1, y1): (i32, i32)) {
        let (dx, dy) = ((x1 - x).abs(), (y1 - y).abs());
        let (step_x, step_y) = ((x1 - x).signum(), (y1 - y).signum());
        let mut error = dx - dy;
        loop {
            self.dot(x, y);
            if (x, y) == (x1, y1) {
                return;
            }
            let twice = 2 * error;
            if twice >= -dy {
                error -= dy;
                x += step_x;
            }
            if twice <= dx {
                error += dx;
                y += step_y;
            }
        }
    }
}

/// Walks an octant of the midpoint circle.
fn octant(radius: i32, mut visit: impl FnMut(i32, i32)) {
    let (mut x, mut y, mut decision) = (radius, 0, 1 - radius);
    while x >= y {
        visit(x, y);
        y += 1;
        if decision < 0 {
            decision += 2 * y + 1;
        } else {
            x -= 1;
            decision += 2 * (y - x) + 1;
        }
    }
}

fn naive_circle((cx, cy): (i32, i32), radius: i32) -> Naive {
    let mut naive = Naive::new();
    octant(radius, |x, y| {
        for (x, y) in [(x, y), (y, x)] {
            for (x, y) in [(x, y), (-x, y), (x, -y), (-x, -y)] {
                naive.dot(cx + x, cy + y);
            }
        }
    });
    naive
}

fn naive_disc((cx, cy): (i32, i32), radius: i32) -> Naive {
    let mut naive = Naive::new();
    octant(radius, |x, y| {
        for (x, y) in [(x, y), (y, x)] {
            naive.row(cx - x, cx + x, cy - y);
            naive.row(cx - x, cx + x, cy + y);
        }
    });
    naive
}

#[test]
fn lines_are_bresenhams() {
    let ends = [-40, -7, -1, 0, 3, 10, 16, 31, 32, 55];
    for from in pairs(&ends) {
        for to in pairs(&ends) {
            let display = screen(SIDE as u16, SIDE as u16, NullPanel);
            let (a, b) = (at(from.0, from.1), at(to.0, to.1));
            display.line(APP, a, b, INK).expect("nobody owns it");
            let mut naive = Naive::new();
            naive.line(from, to);
            assert_eq!(art(&display), naive.art(), "{from:?} to {to:?}");
        }
    }
}

/// AkiraOS rounds a line that passes exactly between two pixels towards its end.
#[test]
fn exact_halves_are_rounded_towards_the_end_of_a_line() {
    let drawn = |from: (i32, i32), to: (i32, i32)| {
        let display = screen(4, 4, NullPanel);
        let line = display.line(APP, at(from.0, from.1), at(to.0, to.1), INK);
        line.expect("nobody owns it");
        art(&display)
    };
    assert_eq!(drawn((0, 0), (2, 1)), "#...\n.##.\n....\n....");
    assert_eq!(drawn((2, 1), (0, 0)), "##..\n..#.\n....\n....");
    assert_eq!(drawn((0, 0), (1, 2)), "#...\n.#..\n.#..\n....");
}

#[test]
fn outlines_of_triangles_are_their_three_lines() {
    for corners in [
        [(0, 0), (2, 1), (9, 4)],
        [(-5, -9), (20, 3), (7, 40)],
        [(3, 3), (3, 8), (8, 8)],
    ] {
        let display = screen(SIDE as u16, SIDE as u16, NullPanel);
        let triangle = corners.map(|(x, y)| at(x, y));
        display
            .triangle(APP, triangle, INK)
            .expect("nobody owns it");
        let mut naive = Naive::new();
        for (from, to) in [(0, 1), (1, 2), (2, 0)] {
            naive.line(corners[from], corners[to]);
        }
        assert_eq!(art(&display), naive.art(), "{corners:?}");
    }
}

#[test]
fn shapes_wholly_outside_the_screen_draw_nothing() {
    for (x, y) in [(0, -200), (-200, 0), (200, 0), (0, 200), (-200, -200)] {
        let display = screen(SIDE as u16, SIDE as u16, NullPanel);
        let area = rect(x, y, 20, 30);
        let corners = [at(x, y), at(x + 20, y + 7), at(x + 3, y + 30)];
        for drawn in [
            display.rect(APP, area, INK),
            display.rect_outline(APP, area, INK),
            display.rounded_rect(APP, area, 5, INK),
            display.rounded_rect_fill(APP, area, 5, INK),
            display.line(APP, corners[0], corners[1], INK),
            display.line(APP, corners[2], corners[0], INK),
            display.hline(APP, corners[0], 30, INK),
            display.vline(APP, corners[0], 30, INK),
            display.circle(APP, corners[0], 40, INK),
            display.circle_fill(APP, corners[0], 40, INK),
            display.triangle(APP, corners, INK),
            display.triangle_fill(APP, corners, INK),
            display.text(APP, corners[0], b"a\nb", INK),
            display.bitmap(APP, rect(x, y, 2, 2), &[0xff; 8]),
        ] {
            drawn.expect("nobody owns it");
        }
        assert!(!art(&display).contains('#'), "at {x} {y}");
    }
}

#[test]
fn circles_are_midpoint_circles() {
    for (center, radius) in circles() {
        let display = screen(SIDE as u16, SIDE as u16, NullPanel);
        let middle = at(center.0, center.1);
        display
            .circle(APP, middle, radius, INK)
            .expect("nobody owns it");
        let naive = naive_circle(center, radius);
        assert_eq!(art(&display), naive.art(), "{center:?} radius {radius}");
    }
}

#[test]
fn discs_are_midpoint_circles_filled_row_by_row() {
    for (center, radius) in circles() {
        let display = screen(SIDE as u16, SIDE as u16, NullPanel);
        let middle = at(center.0, center.1);
        display
            .circle_fill(APP, middle, radius, INK)
            .expect("nobody owns it");
        let naive = naive_disc(center, radius);
        assert_eq!(art(&display), naive.art(), "{center:?} radius {radius}");
    }
}

#[test]
fn a_circle_wider_than_16_bits_is_still_exact() {
    for radius in [30_000, 40_000, 1_000_000] {
        let display = screen(SIDE as u16, SIDE as u16, NullPanel);
        // Where the octants meet, which is where the rows leave off and the columns continue.
        let corner = (f64::from(radius) / 2f64.sqrt()) as i32;
        let center = (16 - corner, 16 - corner);
        let circle = display.circle(APP, at(center.0, center.1), radius, INK);
        circle.expect("nobody owns it");
        let mut naive = Naive::new();
        // In i64, because the textbook loop overflows here.
        let (mut x, mut y, mut decision) = (i64::from(radius), 0i64, 1 - i64::from(radius));
        while x >= y {
            naive.dot(center.0 + x as i32, center.1 + y as i32);
            naive.dot(center.0 + y as i32, center.1 + x as i32);
            y += 1;
            if decision >= 0 {
                x -= 1;
                decision -= 2 * x;
            }
            decision += 2 * y + 1;
        }
        assert!(naive.art().contains('#'));
        assert_eq!(art(&display), naive.art(), "radius {radius}");
    }
}

/// Fills each row between its outermost pixels.
fn filled(outline: &str) -> String {
    let fill = |row: &str| match row.find('#').zip(row.rfind('#')) {
        None => row.to_owned(),
        Some((start, end)) => {
            let ink = "#".repeat(end - start + 1);
            format!("{}{ink}{}", &row[..start], &row[end + 1..])
        }
    };
    outline.lines().map(fill).collect::<Vec<_>>().join("\n")
}

#[test]
fn rounded_rects_are_filled_up_to_their_outline() {
    for ((w, h), radius) in sizes().flat_map(|size| (0..7).map(move |radius| (size, radius))) {
        let (outline, fill) = (screen(16, 16, NullPanel), screen(16, 16, NullPanel));
        let area = rect(2, 1, w, h);
        outline.rounded_rect(APP, area, radius, INK).expect("mine");
        fill.rounded_rect_fill(APP, area, radius, INK)
            .expect("mine");
        assert_eq!(
            art(&fill),
            filled(&art(&outline)),
            "{w} x {h} radius {radius}"
        );
        let rows = art(&fill).lines().filter(|row| row.contains('#')).count();
        assert_eq!(rows, h as usize, "{w} x {h} radius {radius}");
    }
}

fn sizes() -> impl Iterator<Item = (i32, i32)> {
    (1..12).flat_map(|w| (1..12).map(move |h| (w, h)))
}

fn circles() -> impl Iterator<Item = ((i32, i32), i32)> {
    let centers = pairs(&[-20, 0, 15, 33]);
    centers.flat_map(|center| (1..60).map(move |radius| (center, radius)))
}

fn pairs(values: &[i32]) -> impl Iterator<Item = (i32, i32)> {
    values.iter().flat_map(|a| values.iter().map(|b| (*a, *b)))
}
