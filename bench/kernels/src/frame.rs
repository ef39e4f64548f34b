//! Simulates a game: blocks fall into a well, and each frame is drawn.

use crate::random::Random;
use core::hint::black_box;

/// Size of the screen, in RGB565 pixels.
const WIDTH: usize = 96;
const HEIGHT: usize = 64;

/// Size of the well, in cells.
const COLUMNS: usize = 10;
const ROWS: usize = 16;

/// Side of a cell, in pixels.
const CELL: usize = 4;

/// The four cells of each piece, as columns and rows.
const PIECES: [[(usize, usize); 4]; 4] = [
    [(0, 0), (1, 0), (0, 1), (1, 1)],
    [(0, 0), (1, 0), (2, 0), (3, 0)],
    [(0, 0), (1, 0), (2, 0), (1, 1)],
    [(0, 0), (0, 1), (1, 1), (2, 1)],
];

/// Picture that is drawn over the background: each 1 is a pixel.
const SPRITE: [u16; 12] = [
    0x0F0, 0x3FC, 0x7FE, 0xF9F, 0xF0F, 0xFFF, 0xFFF, 0xDFB, 0xCF3, 0xE07, 0x7FE, 0x1F8,
];

const FRAMES: u32 = 24;

/// Plays and draws some frames. Returns a checksum of the pixels of the last frame.
pub fn frame() -> i32 {
    let mut game = Game::new();
    for number in 0..black_box(FRAMES) {
        game.step();
        game.draw(number as usize);
    }
    let pixels = game.pixels.iter().flatten();
    pixels.fold(0, |sum: i32, pixel| {
        sum.wrapping_mul(31) ^ i32::from(*pixel)
    })
}

struct Game {
    pixels: [[u16; WIDTH]; HEIGHT],
    cells: [[u8; COLUMNS]; ROWS],
    piece: usize,
    column: usize,
    row: usize,
    random: Random,
}

impl Game {
    fn new() -> Self {
        Self {
            pixels: [[0; WIDTH]; HEIGHT],
            cells: [[0; COLUMNS]; ROWS],
            piece: 0,
            column: 3,
            row: 0,
            random: Random::new(7),
        }
    }

    /// Moves the piece down, or places it and starts the next one.
    fn step(&mut self) {
        for _ in 0..4 {
            if self.fits(self.row + 1) {
                self.row += 1;
            } else {
                self.lay_down();
                self.piece = (self.random.next() >> 8) as usize % PIECES.len();
                self.column = (self.random.next() >> 8) as usize % (COLUMNS - 3);
                self.row = 0;
            }
        }
    }

    fn fits(&self, row: usize) -> bool {
        let mut cells = PIECES[self.piece].iter();
        cells.all(|(x, y)| {
            let row_of_cell = self.cells.get(row + y);
            row_of_cell.is_some_and(|cells| cells[self.column + x] == 0)
        })
    }

    fn lay_down(&mut self) {
        for (x, y) in PIECES[self.piece] {
            self.cells[self.row + y][self.column + x] = self.piece as u8 + 1;
        }
        for row in 0..ROWS {
            let full = self.cells[row].iter().all(|cell| *cell != 0);
            if full || row == 0 && self.cells[0].iter().any(|cell| *cell != 0) {
                self.cells.copy_within(..row, 1);
                self.cells[0] = [0; COLUMNS];
            }
        }
    }

    fn draw(&mut self, number: usize) {
        self.fill((0, 0), (WIDTH, HEIGHT), 0x10A2);
        for row in 0..ROWS {
            for column in 0..COLUMNS {
                let color =
                    [0x0000, 0xF800, 0x07E0, 0x001F, 0xFFE0][usize::from(self.cells[row][column])];
                self.fill((column * CELL, row * CELL), (CELL - 1, CELL - 1), color);
            }
        }
        for (x, y) in PIECES[self.piece] {
            let place = ((self.column + x) * CELL, (self.row + y) * CELL);
            self.fill(place, (CELL - 1, CELL - 1), 0xFFFF);
        }
        for place in 0..3 {
            self.sprite((44 + place * 16, (number * 3 + place * 9) % (HEIGHT - 12)));
        }
    }

    fn fill(&mut self, (left, top): (usize, usize), (width, height): (usize, usize), color: u16) {
        for row in &mut self.pixels[top..top + height] {
            row[left..left + width].fill(color);
        }
    }

    fn sprite(&mut self, (left, top): (usize, usize)) {
        for (row, bits) in self.pixels[top..].iter_mut().zip(SPRITE) {
            for (place, pixel) in row[left..left + 12].iter_mut().enumerate() {
                if bits >> (11 - place) & 1 == 1 {
                    *pixel = 0xFD20;
                }
            }
        }
    }
}
