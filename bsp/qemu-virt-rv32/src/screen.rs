//! Screen of the console: the framebuffer that the graphics adapter shows.

use alloc::rc::Rc;
use core::cell::Cell;
use core::convert::Infallible;
use core::fmt;

use akira::display::Panel;
use akira_console::SCREEN;
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::signal::Signal;
use embedded_graphics::primitives::Rectangle;

use crate::virtio::SharedWords;

/// The screen's width in pixels.
pub const WIDTH: u16 = SCREEN.width;

/// The screen's height in pixels.
pub const HEIGHT: u16 = SCREEN.height;

/// A rectangle on the screen. `right` and `bottom` are exclusive.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Area {
    left: u16,
    top: u16,
    right: u16,
    bottom: u16,
}

impl Area {
    /// Returns the part of an area that lies on the screen.
    fn new(area: Rectangle) -> Self {
        let edge = |start: i32, length: u32, most: u16| {
            let end = i64::from(start) + i64::from(length);
            u16::try_from(end.clamp(0, most.into())).unwrap_or(0)
        };
        Self {
            left: edge(area.top_left.x, 0, WIDTH),
            top: edge(area.top_left.y, 0, HEIGHT),
            right: edge(area.top_left.x, area.size.width, WIDTH),
            bottom: edge(area.top_left.y, area.size.height, HEIGHT),
        }
    }

    fn is_empty(self) -> bool {
        self.left >= self.right || self.top >= self.bottom
    }

    fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// Returns the left edge, the top edge, the width and the height.
    pub(crate) fn words(self) -> [u32; 4] {
        let Self {
            left,
            top,
            right,
            bottom,
        } = self;
        [left, top, right - left, bottom - top].map(u32::from)
    }
}

/// Screen of the console; clones are the same screen.
///
/// A write changes the pixels at once. The adapter shows them soon after, and combines several
/// writes.
#[derive(Clone)]
pub struct Screen(Rc<Shown>);

struct Shown {
    pixels: SharedWords,
    changed: Cell<Area>,
    bell: Signal<NoopRawMutex, ()>,
}

impl Screen {
    /// Creates a black screen; `None` if no memory is left for it.
    pub fn new() -> Option<Self> {
        let pixels = SharedWords::new(usize::from(WIDTH) * usize::from(HEIGHT))?;
        Some(Self(Rc::new(Shown {
            pixels,
            changed: Cell::default(),
            bell: Signal::new(),
        })))
    }

    /// Returns the address of the pixels for the adapter.
    pub(crate) fn address(&self) -> u64 {
        self.0.pixels.address()
    }

    /// Waits for a change, and returns the area that covers all changes since the last call.
    ///
    /// # Cancel safety
    ///
    /// A drop loses nothing.
    pub(crate) async fn changed(&self) -> Area {
        self.0.bell.wait().await;
        self.0.changed.take()
    }

    fn draw(&self, area: Area, pixels: &[u16]) {
        let width = usize::from(area.right - area.left);
        for (y, row) in (area.top..area.bottom).zip(pixels.chunks_exact(width.max(1))) {
            let start = usize::from(y) * usize::from(WIDTH) + usize::from(area.left);
            for (index, pixel) in (start..).zip(row) {
                self.0.pixels.set(index, xrgb8888(*pixel));
            }
        }
    }
}

impl Panel for Screen {
    type Error = Infallible;

    async fn write(&mut self, area: Rectangle, pixels: &[u16]) -> Result<(), Infallible> {
        let area = Area::new(area);
        if !area.is_empty() {
            self.draw(area, pixels);
            self.0.changed.set(self.0.changed.get().union(area));
            self.0.bell.signal(());
        }
        Ok(())
    }
}

impl fmt::Debug for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Screen")
            .field("changed", &self.0.changed)
            .finish_non_exhaustive()
    }
}

/// Converts an RGB565 pixel to XRGB8888. Each channel repeats its high bits, so that white stays
/// white.
fn xrgb8888(pixel: u16) -> u32 {
    let pixel = u32::from(pixel);
    let (r, g, b) = (pixel >> 11, pixel >> 5 & 0x3f, pixel & 0x1f);
    (r << 3 | r >> 2) << 16 | (g << 2 | g >> 4) << 8 | b << 3 | b >> 2
}
