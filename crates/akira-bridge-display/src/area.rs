use core::ops::Range;

use embedded_graphics::geometry::{Point, Size};
use embedded_graphics::primitives::Rectangle;

/// Rectangle on the screen as an app passes it. Its values are unchecked: it may lie off the
/// screen, and its size may be negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rect {
    /// Column of the left edge in pixels, 0 being the left edge of the screen.
    pub x: i32,
    /// Row of the top edge in pixels, 0 being the top edge of the screen.
    pub y: i32,
    /// Width in pixels. A rectangle with a width of 0 or less is empty.
    pub w: i32,
    /// Height in pixels. A rectangle with a height of 0 or less is empty.
    pub h: i32,
}

/// Area of the pixels from `left` and `top` up to, but not including, `right` and `bottom`.
///
/// Coordinates are i64, so that no sum or difference of an app's i32 values overflows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) left: i64,
    pub(crate) top: i64,
    pub(crate) right: i64,
    pub(crate) bottom: i64,
}

impl Area {
    pub(crate) const EMPTY: Self = Self::new(0..0, 0..0);

    pub(crate) const fn new(columns: Range<i64>, rows: Range<i64>) -> Self {
        Self {
            left: columns.start,
            top: rows.start,
            right: columns.end,
            bottom: rows.end,
        }
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.left >= self.right || self.top >= self.bottom
    }

    pub(crate) const fn width(self) -> i64 {
        self.right - self.left
    }

    pub(crate) const fn height(self) -> i64 {
        self.bottom - self.top
    }

    pub(crate) const fn columns(self) -> Range<i64> {
        self.left..self.right
    }

    pub(crate) const fn rows(self) -> Range<i64> {
        self.top..self.bottom
    }

    pub(crate) const fn contains(self, x: i64, y: i64) -> bool {
        x >= self.left && x < self.right && y >= self.top && y < self.bottom
    }

    pub(crate) fn intersection(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }

    /// Returns the smallest area that contains both areas.
    pub(crate) fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// Returns the first rows of a clipped area: whole rows of at most `pixels` pixels in total,
    /// but at least one row.
    pub(crate) fn first_band(self, pixels: i64) -> Self {
        let rows = (pixels / self.width().max(1)).max(1);
        Self {
            bottom: self.bottom.min(self.top + rows),
            ..self
        }
    }

    /// Cuts a band into pieces of at most `pixels` columns.
    pub(crate) fn pieces(self, pixels: usize) -> impl Iterator<Item = Self> {
        self.columns().step_by(pixels).map(move |left| Self {
            left,
            right: self.right.min(left + pixels as i64),
            ..self
        })
    }

    /// Returns the area as an embedded-graphics rectangle. The area must have been clipped to the
    /// screen.
    pub(crate) fn rectangle(self) -> Rectangle {
        Rectangle::new(
            Point::new(self.left as i32, self.top as i32),
            Size::new(self.width() as u32, self.height() as u32),
        )
    }
}

impl From<Rect> for Area {
    fn from(rect: Rect) -> Self {
        let (x, y) = (i64::from(rect.x), i64::from(rect.y));
        Self::new(x..x + i64::from(rect.w), y..y + i64::from(rect.h))
    }
}

impl From<&Rectangle> for Area {
    fn from(rectangle: &Rectangle) -> Self {
        let (x, y) = (
            i64::from(rectangle.top_left.x),
            i64::from(rectangle.top_left.y),
        );
        let Size { width, height } = rectangle.size;
        Self::new(x..x + i64::from(width), y..y + i64::from(height))
    }
}
