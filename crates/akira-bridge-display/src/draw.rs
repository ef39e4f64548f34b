use akira_abi::{AppId, Errno};
use embedded_graphics::geometry::Point;

use crate::area::Rect;
use crate::display::Display;
use crate::font::Digits;
use crate::parts::{Letters, whole};
use crate::shape::Rounded;

/// A progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProgressBar {
    /// The position and size, outline included.
    pub area: Rect,
    /// The progress, clamped to 0 and `max`.
    pub value: i32,
    /// The value of a full bar; nothing is drawn unless it is positive.
    pub max: i32,
    /// The colour of the outline and of the filled part.
    pub foreground: u16,
    /// The colour of the empty part.
    pub background: u16,
}

/// The drawing calls of apps.
///
/// Colours are RGB565, the origin is the top left, and every coordinate is allowed: pixels off the screen are not
/// drawn. Each call returns its cost in pixels.
impl<B: AsRef<[u16]> + AsMut<[u16]>, P> Display<B, P> {
    /// Fills the screen.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn clear(&self, app: AppId, color: u16) -> Result<u32, Errno> {
        self.draw_for(app, |canvas| canvas.fill(canvas.screen, color))
    }

    /// Sets one pixel.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn pixel(&self, app: AppId, at: Point, color: u16) -> Result<u32, Errno> {
        self.draw_for(app, |canvas| canvas.pixel(at.x.into(), at.y.into(), color))
    }

    /// Fills a rectangle.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn rect(&self, app: AppId, rect: Rect, color: u16) -> Result<u32, Errno> {
        self.draw_for(app, |canvas| canvas.fill(rect.into(), color))
    }

    /// Draws the outermost pixels of a rectangle.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn rect_outline(&self, app: AppId, rect: Rect, color: u16) -> Result<u32, Errno> {
        self.rounded_rect(app, rect, 0, color)
    }

    /// Draws the outline of a rectangle with round corners; the radius is clamped to 0 and half the shorter side.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn rounded_rect(
        &self,
        app: AppId,
        rect: Rect,
        radius: i32,
        color: u16,
    ) -> Result<u32, Errno> {
        self.outline(app, Rounded::rect(rect, radius), color)
    }

    /// Fills a rectangle with round corners; the radius is clamped to 0 and half the shorter side.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn rounded_rect_fill(
        &self,
        app: AppId,
        rect: Rect,
        radius: i32,
        color: u16,
    ) -> Result<u32, Errno> {
        self.fill(app, Rounded::rect(rect, radius), color)
    }

    /// Draws Bresenham's line, both ends included.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn line(&self, app: AppId, from: Point, to: Point, color: u16) -> Result<u32, Errno> {
        self.draw_for(app, |canvas| canvas.line(from, to, color))
    }

    /// Draws `length` pixels to the right, none unless it is positive.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn hline(&self, app: AppId, from: Point, length: i32, color: u16) -> Result<u32, Errno> {
        let Point { x, y } = from;
        let (w, h) = (length, 1);
        self.rect(app, Rect { x, y, w, h }, color)
    }

    /// Draws `length` pixels downwards, none unless it is positive.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn vline(&self, app: AppId, from: Point, length: i32, color: u16) -> Result<u32, Errno> {
        let Point { x, y } = from;
        let (w, h) = (1, length);
        self.rect(app, Rect { x, y, w, h }, color)
    }

    /// Draws the midpoint circle, `2 * radius + 1` pixels across; nothing unless the radius is positive.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn circle(&self, app: AppId, center: Point, radius: i32, color: u16) -> Result<u32, Errno> {
        self.outline(app, Rounded::circle(center, radius), color)
    }

    /// Fills the midpoint circle, `2 * radius + 1` pixels across; nothing unless the radius is positive.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn circle_fill(
        &self,
        app: AppId,
        center: Point,
        radius: i32,
        color: u16,
    ) -> Result<u32, Errno> {
        self.fill(app, Rounded::circle(center, radius), color)
    }

    /// Draws the lines between three corners.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn triangle(&self, app: AppId, corners: [Point; 3], color: u16) -> Result<u32, Errno> {
        self.draw_for(app, |canvas| canvas.triangle(corners, color))
    }

    /// Fills the triangle between three corners, row by row.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn triangle_fill(&self, app: AppId, corners: [Point; 3], color: u16) -> Result<u32, Errno> {
        self.draw_for(app, |canvas| canvas.fill_triangle(corners, color))
    }

    /// Draws text in cells of 8 × 10 pixels, `at` being the top left of the first.
    ///
    /// One byte is one cell, and only the pixels of the glyph are drawn. A line break starts a new line two pixels
    /// below the previous one, at the column of `at`. A tab moves to the next multiple of four cells. Any other control
    /// character, and any non-ASCII byte, leaves its cell empty.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn text(&self, app: AppId, at: Point, text: &[u8], color: u16) -> Result<u32, Errno> {
        whole(|from| self.text_part(app, (Letters::Small, at, color), text, from))
    }

    /// Draws text in cells of 12 × 18 pixels; otherwise like [`Display::text`].
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn text_large(&self, app: AppId, at: Point, text: &[u8], color: u16) -> Result<u32, Errno> {
        whole(|from| self.text_part(app, (Letters::Large, at, color), text, from))
    }

    /// Draws text in cells of 17 × 28 pixels; otherwise like [`Display::text`].
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn text_huge(&self, app: AppId, at: Point, text: &[u8], color: u16) -> Result<u32, Errno> {
        whole(|from| self.text_part(app, (Letters::Huge, at, color), text, from))
    }

    /// Draws a decimal number as [`Display::text`] does.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn number(&self, app: AppId, at: Point, value: i32, color: u16) -> Result<u32, Errno> {
        self.text(app, at, Digits::new(value).as_bytes(), color)
    }

    /// Draws a progress bar: the background, the filled part over it, and the outline over both.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn progress_bar(&self, app: AppId, bar: ProgressBar) -> Result<u32, Errno> {
        self.draw_for(app, |canvas| canvas.progress_bar(&bar))
    }

    /// Draws a bitmap.
    ///
    /// The data are `area.w * area.h` pixels, RGB565, little-endian, row by row; further bytes are ignored. Nothing is
    /// drawn unless width and height are positive.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display, `EINVAL` if the data are too short.
    pub fn bitmap(&self, app: AppId, area: Rect, data: &[u8]) -> Result<u32, Errno> {
        whole(|from| self.bitmap_part(app, (area, None), data, from))
    }

    /// Draws a bitmap except the pixels of the colour `key`; otherwise like [`Display::bitmap`].
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display, `EINVAL` if the data are too short.
    pub fn bitmap_transparent(
        &self,
        app: AppId,
        area: Rect,
        data: &[u8],
        key: u16,
    ) -> Result<u32, Errno> {
        whole(|from| self.bitmap_part(app, (area, Some(key)), data, from))
    }

    fn outline(&self, app: AppId, shape: Option<Rounded>, color: u16) -> Result<u32, Errno> {
        self.draw_for(app, |canvas| {
            if let Some(shape) = shape {
                shape.outline(canvas, color);
            }
        })
    }

    fn fill(&self, app: AppId, shape: Option<Rounded>, color: u16) -> Result<u32, Errno> {
        self.draw_for(app, |canvas| {
            if let Some(shape) = shape {
                shape.fill(canvas, color);
            }
        })
    }
}
