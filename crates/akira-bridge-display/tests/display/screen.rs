use std::cell::RefCell;

use akira_abi::{AppId, Errno};
use akira_bridge_display::{Display, Framebuffer, NullPanel, Panel, Rect};
use embassy_futures::yield_now;
use embedded_graphics::geometry::Point;
use embedded_graphics::primitives::Rectangle;

pub(crate) const APP: AppId = AppId::new(1);
pub(crate) const OTHER: AppId = AppId::new(2);
pub(crate) const INK: u16 = 0xffff;

/// What it costs to find one pixel, or the beginning of a row of them, in pixels of a row.
pub(crate) const PIXEL: u32 = 26;

pub(crate) type Screen<P = NullPanel> = Display<Vec<u16>, P>;

pub(crate) fn screen<P>(width: u16, height: u16, panel: P) -> Screen<P> {
    let pixels = vec![0; usize::from(width) * usize::from(height)];
    Display::new(Framebuffer::new(pixels, width), panel)
}

pub(crate) fn at(x: i32, y: i32) -> Point {
    Point::new(x, y)
}

pub(crate) fn rect(x: i32, y: i32, w: i32, h: i32) -> Rect {
    Rect { x, y, w, h }
}

/// Returns one line for each row: `.` for 0, `#` for ink, a digit for the colours below 10.
pub(crate) fn art<P>(screen: &Screen<P>) -> String {
    let pixels = screen
        .draw(|framebuffer| framebuffer.pixels().to_vec())
        .expect("nobody draws");
    art_of(&pixels, screen.width() as usize)
}

pub(crate) fn art_of(pixels: &[u16], width: usize) -> String {
    let line = |row: &[u16]| row.iter().map(|color| letter(*color)).collect::<String>();
    let rows: Vec<_> = pixels.chunks(width).map(line).collect();
    rows.join("\n")
}

fn letter(color: u16) -> char {
    match color {
        0 => '.',
        1..10 => char::from(b'0' + color as u8),
        _ => '#',
    }
}

/// Draws on a fresh screen of 16 × 12 pixels and compares.
pub(crate) fn expect(draw: impl FnOnce(&Screen) -> Result<u32, Errno>, expected: &[&str]) {
    let screen = screen(16, 12, NullPanel);
    draw(&screen).expect("nobody owns it");
    let mut rows = expected.to_vec();
    rows.resize(12, "................");
    assert_eq!(art(&screen), rows.join("\n"), "got:\n{}", art(&screen));
}

/// A panel that a test looks at while the display has it; each write takes a turn of the executor.
#[derive(Debug)]
pub(crate) struct Glass {
    pub(crate) shown: RefCell<Vec<u16>>,
    pub(crate) writes: RefCell<Vec<Rectangle>>,
    pub(crate) broken: RefCell<bool>,
    width: usize,
}

impl Glass {
    pub(crate) fn new(width: usize, height: usize) -> Self {
        Self {
            shown: RefCell::new(vec![0; width * height]),
            writes: RefCell::default(),
            broken: RefCell::new(false),
            width,
        }
    }

    pub(crate) fn art(&self) -> String {
        art_of(&self.shown.borrow(), self.width)
    }

    fn show(&self, area: Rectangle, pixels: &[u16]) {
        let width = area.size.width as usize;
        assert_eq!(pixels.len(), width * area.size.height as usize);
        for (y, row) in area.rows().zip(pixels.chunks(width)) {
            let start = y as usize * self.width + area.top_left.x as usize;
            self.shown.borrow_mut()[start..start + width].copy_from_slice(row);
        }
        self.writes.borrow_mut().push(area);
    }
}

impl Panel for &Glass {
    type Error = &'static str;

    async fn write(&mut self, area: Rectangle, pixels: &[u16]) -> Result<(), Self::Error> {
        yield_now().await;
        if *self.broken.borrow() {
            return Err("the ribbon cable fell out");
        }
        self.show(area, pixels);
        Ok(())
    }
}
