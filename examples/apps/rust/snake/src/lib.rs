//! Snake. The D-pad steers, X pauses, A plays again, HOME leaves.
#![no_std]

mod game;
mod screen;

use core::time::Duration;

use akira_sdk::input::{self, Button, Event};
use akira_sdk::{Errno, app, time};

use game::{Direction, Game, Phase};
use screen::Screen;

const FRAME: Duration = Duration::from_millis(16);

#[unsafe(no_mangle)]
extern "C" fn main() -> i32 {
    run().map_or_else(Errno::code, |()| 0)
}

fn run() -> Result<(), Errno> {
    let mut game = Game::new(time::uptime().as_millis() as u32);
    let mut screen = Screen::new()?;
    let mut next_step = time::uptime();
    loop {
        while let Some(event) = input::poll_event()? {
            if event.press() == Some(Button::Home) {
                return app::switch(c"launcher");
            }
            press(&mut game, event);
        }
        if time::uptime() >= next_step {
            game.step();
            next_step = time::uptime() + game.interval();
        }
        screen.draw(&game)?;
        time::delay(FRAME);
    }
}

fn press(game: &mut Game, event: Event) {
    match event.press() {
        Some(Button::Up) => game.steer(Direction::Up),
        Some(Button::Down) => game.steer(Direction::Down),
        Some(Button::Left) => game.steer(Direction::Left),
        Some(Button::Right) => game.steer(Direction::Right),
        Some(Button::X) => game.pause(),
        Some(Button::A) if game.phase() == Phase::Over => game.restart(),
        _ => {}
    }
}
