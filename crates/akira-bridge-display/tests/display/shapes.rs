use akira_bridge_display::ProgressBar;

use crate::screen::{APP, INK, at, expect, rect};

#[test]
fn clear_fills_the_screen() {
    expect(|s| s.clear(APP, INK), &["################"; 12]);
}

#[test]
fn pixel_outside_the_screen_is_not_drawn() {
    for (x, y) in [(-1, 0), (0, -1), (16, 0), (0, 12)] {
        expect(|s| s.pixel(APP, at(x, y), INK), &[]);
    }
    expect(|s| s.pixel(APP, at(1, 0), INK), &[".#.............."]);
}

#[test]
fn rect_fills_its_size() {
    let rows = ["................", ".###............", ".###............"];
    expect(|s| s.rect(APP, rect(1, 1, 3, 2), INK), &rows);
}

#[test]
fn rect_clips_on_all_sides() {
    expect(
        |s| s.rect(APP, rect(-3, -3, 5, 5), INK),
        &["##..............", "##.............."],
    );
    let mut rows = ["................"; 12];
    rows[11] = "..............##";
    expect(|s| s.rect(APP, rect(14, 11, 9, 9), INK), &rows);
}

#[test]
fn rect_without_size_is_not_drawn() {
    for (w, h) in [(0, 5), (5, 0), (-5, 5), (5, -5), (i32::MIN, i32::MIN)] {
        expect(|s| s.rect(APP, rect(4, 4, w, h), INK), &[]);
    }
}

#[test]
fn rect_outline_is_one_pixel_thick() {
    let rows = [
        "#####...........",
        "#...#...........",
        "#...#...........",
        "#####...........",
    ];
    expect(|s| s.rect_outline(APP, rect(0, 0, 5, 4), INK), &rows);
}

#[test]
fn rect_outline_clips_its_edges() {
    let rows = ["....#...........", "....#...........", "#####..........."];
    expect(|s| s.rect_outline(APP, rect(-4, -4, 9, 7), INK), &rows);
}

const ROUNDED: [&str; 7] = [
    "..#####.........",
    ".#.....#........",
    "#.......#.......",
    "#.......#.......",
    "#.......#.......",
    ".#.....#........",
    "..#####.........",
];

#[test]
fn rounded_rect_has_round_corners() {
    expect(|s| s.rounded_rect(APP, rect(0, 0, 9, 7), 3, INK), &ROUNDED);
}

#[test]
fn radius_is_clamped_to_half_the_shorter_side() {
    let rows = ["..##..", ".#..#.", "#....#", "#....#", ".#..#.", "..##.."];
    let rows = rows.map(|row| format!("{row}.........."));
    let rows = rows.each_ref().map(String::as_str);
    expect(
        |s| s.rounded_rect(APP, rect(0, 0, 6, 6), i32::MAX, INK),
        &rows,
    );
    expect(|s| s.rounded_rect(APP, rect(0, 0, 6, 6), 3, INK), &rows);
}

#[test]
fn negative_radius_gives_square_corners() {
    let rows = ["###.............", "#.#.............", "###............."];
    expect(|s| s.rounded_rect(APP, rect(0, 0, 3, 3), -7, INK), &rows);
}

#[test]
fn line_includes_both_ends() {
    let rows = ["##..............", "..##............", "....##.........."];
    expect(|s| s.line(APP, at(0, 0), at(5, 2), INK), &rows);
}

#[test]
fn hline_and_vline_need_a_positive_length() {
    expect(|s| s.hline(APP, at(14, 0), 9, INK), &["..............##"]);
    expect(
        |s| s.vline(APP, at(1, -1), 3, INK),
        &[".#..............", ".#.............."],
    );
    for length in [0, -1, i32::MIN] {
        expect(|s| s.hline(APP, at(5, 5), length, INK), &[]);
        expect(|s| s.vline(APP, at(5, 5), length, INK), &[]);
    }
}

#[test]
fn circle_is_two_radii_and_a_pixel_wide() {
    let rows = [
        "..###...........",
        ".#...#..........",
        "#.....#.........",
        "#.....#.........",
        "#.....#.........",
        ".#...#..........",
        "..###...........",
    ];
    expect(|s| s.circle(APP, at(3, 3), 3, INK), &rows);
}

#[test]
fn circle_without_a_radius_is_not_drawn() {
    for radius in [0, -1, i32::MIN] {
        expect(|s| s.circle(APP, at(5, 5), radius, INK), &[]);
        expect(|s| s.circle_fill(APP, at(5, 5), radius, INK), &[]);
    }
}

#[test]
fn circle_fill_clips() {
    let rows = [
        "####............",
        "####............",
        "###.............",
        "##..............",
    ];
    expect(|s| s.circle_fill(APP, at(0, 0), 3, INK), &rows);
}

#[test]
fn triangle_fill_fills_between_its_edges() {
    let rows = ["..#.............", ".###............", "#####..........."];
    expect(
        |s| s.triangle_fill(APP, [at(4, 2), at(2, 0), at(0, 2)], INK),
        &rows,
    );
}

#[test]
fn triangle_fill_of_corners_in_one_row_is_a_line() {
    expect(
        |s| s.triangle_fill(APP, [at(3, 0), at(1, 0), at(6, 0)], INK),
        &[".######........."],
    );
}

#[test]
fn triangle_draws_three_lines() {
    let rows = [
        "#...............",
        "##..............",
        "#.#.............",
        "####............",
    ];
    expect(
        |s| s.triangle(APP, [at(0, 0), at(3, 3), at(0, 3)], INK),
        &rows,
    );
}

fn bar(value: i32, max: i32) -> ProgressBar {
    let (foreground, background) = (1, 2);
    ProgressBar {
        area: rect(0, 0, 10, 3),
        value,
        max,
        foreground,
        background,
    }
}

#[test]
fn progress_bar_fills_in_proportion() {
    let rows = ["1111111111......", "1111222221......", "1111111111......"];
    expect(|s| s.progress_bar(APP, bar(40, 100)), &rows);
}

#[test]
fn progress_bar_clamps_its_value() {
    let (empty, full) = ("1222222221......", "1111111111......");
    expect(
        |s| s.progress_bar(APP, bar(i32::MIN, 100)),
        &[full, empty, full],
    );
    expect(
        |s| s.progress_bar(APP, bar(i32::MAX, 100)),
        &[full, full, full],
    );
}

#[test]
fn progress_bar_without_a_maximum_is_not_drawn() {
    for max in [0, -1, i32::MIN] {
        expect(|s| s.progress_bar(APP, bar(5, max)), &[]);
    }
}
