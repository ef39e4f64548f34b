use core::ops::Range;

use crate::area::Area;
use crate::bitmap::{Bitmap, copy_pixels, copy_pixels_except};
use crate::parts::PART;

/// Cost of computing the extent of a shape in one row or column, in pixels.
const COMPUTED: i64 = 84;

/// Cost of addressing one pixel, or the start of a row, in pixels.
pub(crate) const SINGLE: i64 = 26;

/// Target of the drawing calls: the pixels of a framebuffer, independent of their storage type.
///
/// All drawing is clipped to the screen. A loop in this crate runs only over the part of a range
/// that [`Canvas::rows`], [`Canvas::columns`] or [`clip`] returns, never over a range that an app
/// passed, and its cost is counted.
pub(crate) struct Canvas<'a> {
    pub(crate) pixels: &'a mut [u16],
    pub(crate) screen: Area,
    pub(crate) dirty: &'a mut Area,
    pub(crate) cost: u32,
}

/// Returns the part of a range that is on the screen.
pub(crate) fn clip(range: Range<i64>, screen: Range<i64>) -> Range<i64> {
    range.start.max(screen.start)..range.end.min(screen.end)
}

impl Canvas<'_> {
    /// Returns the rows of a range that are on the screen.
    pub(crate) fn rows(&mut self, rows: Range<i64>) -> Range<i64> {
        self.visible(rows, self.screen.rows())
    }

    /// Returns the columns of a range that are on the screen.
    pub(crate) fn columns(&mut self, columns: Range<i64>) -> Range<i64> {
        self.visible(columns, self.screen.columns())
    }

    /// Clips a range and charges for each row or column, because the root or quotient computed for
    /// it costs more than its pixels.
    fn visible(&mut self, range: Range<i64>, screen: Range<i64>) -> Range<i64> {
        let visible = clip(range, screen);
        self.charge((visible.end - visible.start) * COMPUTED);
        visible
    }

    /// Adds `pixels` to the cost of the call.
    pub(crate) fn charge(&mut self, pixels: i64) {
        let pixels = u32::try_from(pixels.max(0)).unwrap_or(u32::MAX);
        self.cost = self.cost.saturating_add(pixels);
    }

    pub(crate) fn pixel(&mut self, x: i64, y: i64, color: u16) {
        self.charge(SINGLE);
        if !self.screen.contains(x, y) {
            return;
        }
        let index = (y * self.screen.right + x) as usize;
        if let Some(pixel) = self.pixels.get_mut(index) {
            *pixel = color;
            *self.dirty = self.dirty.union(Area::new(x..x + 1, y..y + 1));
        }
    }

    pub(crate) fn fill(&mut self, area: Area, color: u16) {
        let area = self.touch(area);
        if area.columns() == self.screen.columns() {
            self.whole_rows(area.rows()).fill(color);
            return;
        }
        for y in area.rows() {
            self.row(y, area.columns()).fill(color);
        }
    }

    /// Draws a part of a bitmap, starting at row `from`, except pixels of the colour `key`. Returns
    /// the row to continue at, or `None` if the last row was drawn.
    pub(crate) fn blit(&mut self, bitmap: &Bitmap<'_>, key: Option<u16>, from: u32) -> Option<u32> {
        let mut rest = bitmap.area.intersection(self.screen);
        rest.top = rest.top.max(bitmap.area.top + i64::from(from));
        if rest.is_empty() {
            return None;
        }
        let rows = i64::from(PART) / (rest.width() + SINGLE);
        let part = rest.first_band(rows.max(1) * rest.width());
        let area = self.touch(part);
        match key {
            Some(key) => self.blit_except(bitmap, area, key),
            None => self.blit_all(bitmap, area),
        }
        let next = area.bottom - bitmap.area.top;
        (area.bottom < rest.bottom).then_some(next as u32)
    }

    fn blit_all(&mut self, bitmap: &Bitmap<'_>, area: Area) {
        if area.columns() == self.screen.columns() && area.width() == bitmap.area.width() {
            // One copy runs at memory speed; one call per row takes twice as long.
            copy_pixels(self.whole_rows(area.rows()), bitmap.rows(area.rows()));
            return;
        }
        for y in area.rows() {
            let from = bitmap.row(y, area.left, area.right);
            copy_pixels(self.row(y, area.columns()), from);
        }
    }

    fn blit_except(&mut self, bitmap: &Bitmap<'_>, area: Area, key: u16) {
        for y in area.rows() {
            let from = bitmap.row(y, area.left, area.right);
            copy_pixels_except(self.row(y, area.columns()), from, key);
        }
    }

    /// Clips an area, charges for its pixels and marks them dirty. Returns the clipped area.
    pub(crate) fn touch(&mut self, area: Area) -> Area {
        let area = area.intersection(self.screen);
        if area.is_empty() {
            return Area::EMPTY;
        }
        self.charge((area.width() + SINGLE) * area.height());
        *self.dirty = self.dirty.union(area);
        area
    }

    /// Returns the pixels of a row. The row and the columns must have been clipped.
    pub(crate) fn row(&mut self, y: i64, columns: Range<i64>) -> &mut [u16] {
        let start = (y * self.screen.right + columns.start) as usize;
        let end = start + (columns.end - columns.start) as usize;
        self.pixels.get_mut(start..end).unwrap_or_default()
    }

    fn whole_rows(&mut self, rows: Range<i64>) -> &mut [u16] {
        let start = (rows.start * self.screen.right) as usize;
        let end = (rows.end * self.screen.right) as usize;
        self.pixels.get_mut(start..end).unwrap_or_default()
    }
}
