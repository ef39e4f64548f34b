//! The rules, without the screen.

use core::time::Duration;

/// The field in cells.
pub const COLUMNS: u8 = 20;
/// The field in cells.
pub const ROWS: u8 = 13;
const CELLS: usize = COLUMNS as usize * ROWS as usize;

/// A cell of the field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    pub x: u8,
    pub y: u8,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
    Left,
    Right,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Playing,
    Paused,
    Over,
}

/// One game after the other; the best score stays.
pub struct Game {
    /// A ring of cells; the head is at `head`, the tail `length - 1` before it.
    body: [Cell; CELLS],
    head: usize,
    length: usize,
    food: Cell,
    direction: Direction,
    /// What was pressed and is not yet done: two quick presses are two turns.
    turns: [Option<Direction>; 2],
    phase: Phase,
    score: u32,
    best: u32,
    seed: u32,
}

impl Direction {
    fn opposite(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }
}

impl Cell {
    /// Returns the neighbour, if that is still on the field.
    fn towards(self, direction: Direction) -> Option<Self> {
        let Self { x, y } = self;
        let (x, y) = match direction {
            Direction::Up => (x, y.checked_sub(1)?),
            Direction::Down => (x, y + 1),
            Direction::Left => (x.checked_sub(1)?, y),
            Direction::Right => (x + 1, y),
        };
        (x < COLUMNS && y < ROWS).then_some(Self { x, y })
    }
}

impl Game {
    pub fn new(seed: u32) -> Self {
        let mut game = Self {
            body: [Cell { x: 0, y: 0 }; CELLS],
            head: 0,
            length: 0,
            food: Cell { x: 0, y: 0 },
            direction: Direction::Right,
            turns: [None; 2],
            phase: Phase::Playing,
            score: 0,
            best: 0,
            seed: seed | 1,
        };
        game.restart();
        game
    }

    pub fn restart(&mut self) {
        self.head = 2;
        self.length = 3;
        for (x, cell) in (4..).zip(&mut self.body[..3]) {
            *cell = Cell { x, y: ROWS / 2 };
        }
        self.direction = Direction::Right;
        self.turns = [None; 2];
        self.score = 0;
        self.phase = Phase::Playing;
        self.place_food();
    }

    pub fn pause(&mut self) {
        self.phase = match self.phase {
            Phase::Playing => Phase::Paused,
            Phase::Paused => Phase::Playing,
            Phase::Over => Phase::Over,
        };
    }

    pub fn steer(&mut self, direction: Direction) {
        match self.turns {
            [None, _] => self.turns[0] = Some(direction),
            [_, None] => self.turns[1] = Some(direction),
            _ => {}
        }
    }

    /// Moves by one cell.
    pub fn step(&mut self) {
        if self.phase != Phase::Playing {
            return;
        }
        self.take_turn();
        match self.head().towards(self.direction) {
            Some(cell) if !self.is_hit(cell) => self.advance(cell),
            _ => self.end(),
        }
    }

    /// Returns how long a step takes.
    pub fn interval(&self) -> Duration {
        let faster = u64::from(self.score).min(18) * 5;
        Duration::from_millis(160 - faster)
    }

    pub fn phase(&self) -> Phase {
        self.phase
    }

    pub fn score(&self) -> u32 {
        self.score
    }

    pub fn best(&self) -> u32 {
        self.best
    }

    pub fn food(&self) -> Cell {
        self.food
    }

    pub fn head(&self) -> Cell {
        self.body[self.head]
    }

    /// Lists the cells from the head to the tail.
    pub fn body(&self) -> impl Iterator<Item = Cell> + '_ {
        (0..self.length).map(|i| self.body[(self.head + CELLS - i) % CELLS])
    }

    fn take_turn(&mut self) {
        let [next, later] = self.turns;
        self.turns = [later, None];
        if let Some(next) = next.filter(|next| *next != self.direction.opposite()) {
            self.direction = next;
        }
    }

    /// The tail moves away in the same step, unless the snake grows.
    fn is_hit(&self, cell: Cell) -> bool {
        let stays = if cell == self.food {
            self.length
        } else {
            self.length - 1
        };
        self.body().take(stays).any(|part| part == cell)
    }

    fn advance(&mut self, cell: Cell) {
        self.head = (self.head + 1) % CELLS;
        self.body[self.head] = cell;
        if cell == self.food {
            self.length += 1;
            self.score += 1;
            self.place_food();
        }
    }

    fn end(&mut self) {
        self.phase = Phase::Over;
        self.best = self.best.max(self.score);
    }

    /// Chooses among the free cells; without any the game is won, which ends it too.
    fn place_food(&mut self) {
        let free = CELLS - self.length;
        if free == 0 {
            return self.end();
        }
        let chosen = self.random() as usize % free;
        let mut cells = (0..CELLS)
            .map(cell)
            .filter(|cell| self.body().all(|part| part != *cell));
        if let Some(cell) = cells.nth(chosen) {
            self.food = cell;
        }
    }

    fn random(&mut self) -> u32 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 17;
        self.seed ^= self.seed << 5;
        self.seed
    }
}

fn cell(index: usize) -> Cell {
    Cell {
        x: (index % COLUMNS as usize) as u8,
        y: (index / COLUMNS as usize) as u8,
    }
}
