//! Acceleration as bars, temperature, and pressure with its history. HOME leaves.
#![no_std]

mod history;
mod screen;

use core::time::Duration;

use akira_sdk::input::{self, Button};
use akira_sdk::sensor::{self, Channel};
use akira_sdk::{Errno, app, time};

use history::History;

const FRAME: Duration = Duration::from_millis(50);
/// A sample of the history each so many frames.
const FRAMES_PER_SAMPLE: u32 = 5;

#[unsafe(no_mangle)]
extern "C" fn main() -> i32 {
    run().map_or_else(Errno::code, |()| 0)
}

fn run() -> Result<(), Errno> {
    let mut pressure = History::new();
    screen::draw_frame()?;
    for frame in 0_u32.. {
        if is_left()? {
            break;
        }
        screen::draw_acceleration(acceleration())?;
        if frame % FRAMES_PER_SAMPLE == 0 {
            let now = sensor::read(Channel::Pressure);
            if let Some(now) = now {
                pressure.push(now);
            }
            screen::draw_values(sensor::read(Channel::AmbientTemp), now)?;
            screen::draw_history(&pressure)?;
        }
        akira_sdk::display::flush()?;
        time::delay(FRAME);
    }
    app::switch(c"launcher")
}

fn acceleration() -> [Option<i32>; 3] {
    [Channel::AccelX, Channel::AccelY, Channel::AccelZ].map(sensor::read)
}

fn is_left() -> Result<bool, Errno> {
    while let Some(event) = input::poll_event()? {
        if event.press() == Some(Button::Home) {
            return Ok(true);
        }
    }
    Ok(false)
}
