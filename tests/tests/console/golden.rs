//! Compares screens of apps after a fixed script, pixel by pixel.

use akira_sim::protocol::{Area, Reading};
use akira_sim::screen::SCREEN;

use crate::device::Console;
use crate::picture::assert_golden;

/// Boots into the launcher and lets it draw.
fn launcher() -> Console {
    let console = Console::bundled();
    console.run_ms(500);
    console
}

/// Opens the app at this position in the launcher's list, which is sorted by name.
fn open(place: usize) -> Console {
    let console = launcher();
    for _ in 0..place {
        console.tap("DOWN");
    }
    console.tap("A");
    console.run_ms(500);
    console
}

fn tap_all(console: &Console, buttons: &[&str]) {
    for button in buttons {
        console.tap(button);
    }
}

#[test]
fn the_launcher_lists_the_apps() {
    let console = launcher();
    assert_golden(&console, "launcher");
    tap_all(&console, &["DOWN", "DOWN", "DOWN", "DOWN", "DOWN", "DOWN"]);
    assert_golden(&console, "launcher_scrolled");
}

#[test]
fn blocks_fall_turn_and_pause() {
    let console = open(0);
    assert!(console.is_running("blocks"));
    tap_all(&console, &["LEFT", "LEFT", "B", "RIGHT", "UP", "B"]);
    assert_golden(&console, "blocks");
    console.tap("X");
    assert_golden(&console, "blocks_paused");
}

/// The tests of the boards compare their screens with this image, except for the pieces, which are
/// random.
#[test]
fn blocks_begin_with_nothing_scored() {
    let console = open(0);
    console.tap("X");
    assert_golden(&console, "blocks_begun");
}

#[test]
fn every_page_of_the_drawing_calls_is_as_it_was() {
    let console = open(1);
    assert!(console.is_running("display_demo"));
    for page in ["shapes", "lines", "text", "bitmaps"] {
        assert_golden(&console, &format!("display_demo_{page}"));
        console.tap("RIGHT");
    }
}

#[test]
fn the_dashboard_shows_the_sensors() {
    let console = open(5);
    assert!(console.is_running("sensor_dashboard"));
    for (channel, value) in [(0, 3.5), (1, -6.25), (13, 28.4), (14, 98.7)] {
        assert!(console.device.set_sensor(Reading { channel, value }));
        console.run_ms(700);
    }
    assert_golden(&console, "sensor_dashboard");
}

#[test]
fn the_snake_creeps() {
    let console = open(6);
    assert!(console.is_running("snake"));
    tap_all(&console, &["A", "UP", "RIGHT"]);
    console.run_ms(800);
    assert_golden(&console, "snake");
}

#[test]
fn the_same_script_gives_the_same_pixels_and_the_same_log() {
    let play = || {
        let console = open(6);
        tap_all(&console, &["A", "UP", "LEFT", "DOWN", "HOME", "UP", "A"]);
        console.run_ms(3_000);
        let frame = console.device.screen().copy(Area::whole(SCREEN));
        (frame, console.transcript())
    };
    assert_eq!(play(), play());
}
