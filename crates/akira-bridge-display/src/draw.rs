use akira_abi::{AppId, Errno};
use embedded_graphics::geometry::Point;

use crate::area::Rect;
use crate::display::Display;
use crate::font::Digits;
use crate::parts::{Letters, whole};
use crate::shape::Rounded;

/// Position, progress and colours of a bar for [`Display::progress_bar`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProgressBar {
    /// Position and size of the bar, outline included.
    pub area: Rect,
    /// Progress to show, clamped to the range from 0 to `max`.
    pub value: i32,
    /// Value of a full bar. If it is 0 or less, nothing is drawn.
    pub max: i32,
    /// RGB565 colour of the outline and of the filled part.
    pub foreground: u16,
    /// RGB565 colour of the empty part.
    pub background: u16,
}

/// Drawing calls of apps.
///
/// Colours are RGB565. The origin is the top left corner of the screen. Every coordinate is
/// allowed: pixels off the screen are not drawn. Each call returns its cost in pixels.
impl<B: AsRef<[u16]> + AsMut<[u16]>, P> Display<B, P> {
    /// Fills the whole screen with one colour.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn clear(&self, app: AppId, color: u16) -> Result<u32, Errno> {
        self.draw_for(app, |canvas| canvas.fill(canvas.screen, color))
    }

    /// Draws one pixel.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn pixel(&self, app: AppId, at: Point, color: u16) -> Result<u32, Errno> {
        self.draw_for(app, |canvas| canvas.pixel(at.x.into(), at.y.into(), color))
    }

    /// Draws a filled rectangle.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn rect(&self, app: AppId, rect: Rect, color: u16) -> Result<u32, Errno> {
        self.draw_for(app, |canvas| canvas.fill(rect.into(), color))
    }

    /// Draws the outline of a rectangle, one pixel wide. The outline lies inside the rectangle.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn rect_outline(&self, app: AppId, rect: Rect, color: u16) -> Result<u32, Errno> {
        self.rounded_rect(app, rect, 0, color)
    }

    /// Draws the outline of a rectangle with round corners. The radius is clamped to the range from
    /// 0 to half the shorter side.
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

    /// Draws a filled rectangle with round corners. The radius is clamped to the range from 0 to
    /// half the shorter side.
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

    /// Draws a line by Bresenham's algorithm, both ends included.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn line(&self, app: AppId, from: Point, to: Point, color: u16) -> Result<u32, Errno> {
        self.draw_for(app, |canvas| canvas.line(from, to, color))
    }

    /// Draws a horizontal line of `length` pixels to the right of `from`. Draws nothing if `length`
    /// is 0 or less.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn hline(&self, app: AppId, from: Point, length: i32, color: u16) -> Result<u32, Errno> {
        let Point { x, y } = from;
        let (w, h) = (length, 1);
        self.rect(app, Rect { x, y, w, h }, color)
    }

    /// Draws a vertical line of `length` pixels downwards from `from`. Draws nothing if `length` is
    /// 0 or less.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn vline(&self, app: AppId, from: Point, length: i32, color: u16) -> Result<u32, Errno> {
        let Point { x, y } = from;
        let (w, h) = (1, length);
        self.rect(app, Rect { x, y, w, h }, color)
    }

    /// Draws the outline of a circle by the midpoint algorithm, `2 * radius + 1` pixels across.
    /// Draws nothing if the radius is 0 or less.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn circle(&self, app: AppId, center: Point, radius: i32, color: u16) -> Result<u32, Errno> {
        self.outline(app, Rounded::circle(center, radius), color)
    }

    /// Draws a filled circle by the midpoint algorithm, `2 * radius + 1` pixels across. Draws
    /// nothing if the radius is 0 or less.
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

    /// Draws the outline of a triangle: the lines between three corners.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn triangle(&self, app: AppId, corners: [Point; 3], color: u16) -> Result<u32, Errno> {
        self.draw_for(app, |canvas| canvas.triangle(corners, color))
    }

    /// Draws the filled triangle between three corners.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn triangle_fill(&self, app: AppId, corners: [Point; 3], color: u16) -> Result<u32, Errno> {
        self.draw_for(app, |canvas| canvas.fill_triangle(corners, color))
    }

    /// Draws text in cells of 8 × 10 pixels. `at` is the top left corner of the first cell.
    ///
    /// Each byte takes one cell, and only the pixels of its glyph are drawn. A line break starts a
    /// new line two pixels below the previous line, at the column of `at`. A tab moves to the next
    /// multiple of four cells. Any other control character, and any non-ASCII byte, leaves its cell
    /// empty.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn text(&self, app: AppId, at: Point, text: &[u8], color: u16) -> Result<u32, Errno> {
        whole(|from| self.text_part(app, (Letters::Small, at, color), text, from))
    }

    /// Draws text in cells of 12 × 18 pixels; otherwise works like [`Display::text`].
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn text_large(&self, app: AppId, at: Point, text: &[u8], color: u16) -> Result<u32, Errno> {
        whole(|from| self.text_part(app, (Letters::Large, at, color), text, from))
    }

    /// Draws text in cells of 17 × 28 pixels; otherwise works like [`Display::text`].
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn text_huge(&self, app: AppId, at: Point, text: &[u8], color: u16) -> Result<u32, Errno> {
        whole(|from| self.text_part(app, (Letters::Huge, at, color), text, from))
    }

    /// Draws a decimal number in the font of [`Display::text`].
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

    /// Draws a bitmap at the position and with the size of `area`.
    ///
    /// `data` holds `area.w * area.h` pixels in RGB565, little-endian, row by row; further bytes
    /// are ignored. Nothing is drawn if the width or the height is 0 or less.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display, `EINVAL` if `data` is too short.
    pub fn bitmap(&self, app: AppId, area: Rect, data: &[u8]) -> Result<u32, Errno> {
        whole(|from| self.bitmap_part(app, (area, None), data, from))
    }

    /// Draws a bitmap except the pixels of the colour `key`; otherwise works like
    /// [`Display::bitmap`].
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display, `EINVAL` if `data` is too short.
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
