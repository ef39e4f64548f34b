//! What the player sees.

use core::ffi::CStr;

use akira_sdk::display::{self, Color, Font, Rect};
use akira_sdk::{Errno, Text};

use crate::game::{COLUMNS, Cell, Game, Phase, ROWS};

const CELL: i32 = 16;
const TOP: i32 = 32;
const WIDTH: i32 = COLUMNS as i32 * CELL;
const CELLS: usize = COLUMNS as usize * ROWS as usize;

const BACKGROUND: Color = Color::rgb(13, 17, 26);
const CHECKER: Color = Color::rgb(18, 23, 35);
const BAR: Color = Color::rgb(26, 33, 48);
const RAISED: Color = Color::rgb(40, 50, 72);
const TEXT: Color = Color::rgb(238, 241, 246);
const MUTED: Color = Color::rgb(138, 150, 172);
const ACCENT: Color = Color::rgb(64, 200, 184);
const BODY: Color = Color::rgb(110, 210, 120);
const HEAD: Color = Color::rgb(180, 240, 150);
const FOOD: Color = Color::rgb(244, 100, 100);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Unseen,
    Empty,
    Body,
    Head,
    Food,
}

/// Remembers what it drew, and draws only what changed.
pub struct Screen {
    shown: [Look; CELLS],
    phase: Phase,
    score: Option<u32>,
}

impl Screen {
    pub fn new() -> Result<Self, Errno> {
        display::clear(BACKGROUND)?;
        Ok(Self {
            shown: [Look::Unseen; CELLS],
            phase: Phase::Playing,
            score: None,
        })
    }

    pub fn draw(&mut self, game: &Game) -> Result<(), Errno> {
        let phase = game.phase();
        if self.phase != Phase::Playing && phase == Phase::Playing {
            self.shown = [Look::Unseen; CELLS];
            self.score = None;
        }
        if self.score != Some(game.score()) {
            self.score = Some(game.score());
            draw_bar(game)?;
        }
        self.draw_field(game)?;
        if phase != self.phase && phase != Phase::Playing {
            draw_overlay(phase)?;
        }
        self.phase = phase;
        display::flush()
    }

    fn draw_field(&mut self, game: &Game) -> Result<(), Errno> {
        let mut looks = [Look::Empty; CELLS];
        looks[index(game.food())] = Look::Food;
        for part in game.body() {
            looks[index(part)] = Look::Body;
        }
        looks[index(game.head())] = Look::Head;
        for (at, (shown, look)) in self.shown.iter_mut().zip(looks).enumerate() {
            if *shown != look {
                *shown = look;
                draw_cell(at, look)?;
            }
        }
        Ok(())
    }
}

fn index(cell: Cell) -> usize {
    usize::from(cell.y) * usize::from(COLUMNS) + usize::from(cell.x)
}

fn draw_cell(at: usize, look: Look) -> Result<(), Errno> {
    let (column, row) = (at as i32 % COLUMNS as i32, at as i32 / COLUMNS as i32);
    let (x, y) = (column * CELL, TOP + row * CELL);
    let ground = if (column + row) % 2 == 0 {
        BACKGROUND
    } else {
        CHECKER
    };
    display::fill(Rect::new(x, y, CELL, CELL), ground)?;
    let inner = Rect::new(x + 1, y + 1, CELL - 2, CELL - 2);
    match look {
        Look::Unseen | Look::Empty => Ok(()),
        Look::Body => display::fill_rounded(inner, 4, BODY),
        Look::Head => display::fill_rounded(inner, 6, HEAD),
        Look::Food => display::fill_circle((x + CELL / 2, y + CELL / 2), 5, FOOD),
    }
}

fn draw_bar(game: &Game) -> Result<(), Errno> {
    display::fill(Rect::new(0, 0, WIDTH, TOP), BAR)?;
    display::text((10, 7), c"Snake", Font::Large, TEXT)?;
    let score = Text::<16>::format(format_args!("{}", game.score()));
    display::fill_circle((110, 16), 5, FOOD)?;
    display::text((122, 7), score.as_c_str(), Font::Large, TEXT)?;
    let best = Text::<16>::format(format_args!("best {}", game.best()));
    display::text((160, 11), best.as_c_str(), Font::Small, MUTED)?;
    display::text((WIDTH - 95, 11), c"HOME leaves", Font::Small, MUTED)
}

fn draw_overlay(phase: Phase) -> Result<(), Errno> {
    let (title, hint) = match phase {
        Phase::Over => (c"GAME OVER", c"A plays again"),
        _ => (c"PAUSED", c"X goes on"),
    };
    let panel = Rect::new(WIDTH / 2 - 80, 100, 160, 64);
    display::fill_rounded(panel, 8, RAISED)?;
    display::outline_rounded(panel, 8, ACCENT)?;
    centered(title, 112, Font::Large, 12, TEXT)?;
    centered(hint, 140, Font::Small, 8, MUTED)
}

fn centered(text: &CStr, y: i32, font: Font, character: i32, color: Color) -> Result<(), Errno> {
    let width = text.count_bytes() as i32 * character;
    display::text(((WIDTH - width) / 2, y), text, font, color)
}
