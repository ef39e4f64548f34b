//! The console's screen in RAM.

use crate::protocol::{Area, Frame, Size};
use akira::display::Panel;
use alloc::rc::Rc;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::convert::Infallible;
use core::ops::Range;
use embedded_graphics::primitives::Rectangle;

/// The size of the console's screen in pixels.
pub const SCREEN: Size = Size {
    width: 320,
    height: 240,
};

/// Pixels of a screen and the area that has changed; clones are the same screen.
#[derive(Clone, Debug)]
pub struct Screen(Rc<Shown>);

#[derive(Debug)]
struct Shown {
    pixels: RefCell<Vec<u16>>,
    changed: Cell<Option<Area>>,
}

impl Screen {
    /// Creates a black screen.
    pub fn new() -> Self {
        let count = usize::from(SCREEN.width) * usize::from(SCREEN.height);
        Self(Rc::new(Shown {
            pixels: RefCell::new(vec![0; count]),
            changed: Cell::new(None),
        }))
    }

    /// Takes the smallest rectangle that covers all changes since it was last taken.
    pub fn take_changed(&self) -> Option<Area> {
        self.0.changed.take()
    }

    /// Copies the pixels of the part of `area` that lies on the screen.
    pub fn copy(&self, area: Area) -> Frame {
        let area = area.on(SCREEN);
        let pixels = self.0.pixels.borrow();
        let rows = rows(area).flat_map(|row| pixels[row].iter().copied());
        Frame {
            area,
            pixels: rows.collect(),
        }
    }

    fn show(&self, area: Area, pixels: &[u16]) {
        let mut shown = self.0.pixels.borrow_mut();
        for (row, pixels) in rows(area).zip(pixels.chunks_exact(usize::from(area.w).max(1))) {
            shown[row].copy_from_slice(pixels);
        }
        let changed = self.0.changed.get();
        self.0
            .changed
            .set(Some(changed.map_or(area, |known| known.union(area))));
    }
}

impl Default for Screen {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns, for each row of an area on the screen, its index range in the pixels.
fn rows(area: Area) -> impl Iterator<Item = Range<usize>> {
    let width = usize::from(SCREEN.width);
    (0..usize::from(area.h)).map(move |row| {
        let start = (usize::from(area.y) + row) * width + usize::from(area.x);
        start..start + usize::from(area.w)
    })
}

impl Panel for Screen {
    type Error = Infallible;

    async fn write(&mut self, area: Rectangle, pixels: &[u16]) -> Result<(), Infallible> {
        // The display bridge guarantees an area within the framebuffer, which is as large as the
        // screen; any other area is ignored.
        let edge = |value: i32| u16::try_from(value).unwrap_or(0);
        let side = |value: u32| u16::try_from(value).unwrap_or(0);
        let area = Area {
            x: edge(area.top_left.x),
            y: edge(area.top_left.y),
            w: side(area.size.width),
            h: side(area.size.height),
        };
        if area.on(SCREEN) == area {
            self.show(area, pixels);
        }
        Ok(())
    }
}
