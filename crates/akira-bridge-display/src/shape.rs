use embedded_graphics::geometry::Point;

use crate::area::{Area, Rect};
use crate::canvas::Canvas;
use crate::draw::ProgressBar;

/// Rectangle with round corners; a circle is a special case.
///
/// The corners match the midpoint circle algorithm, but each row or column is computed directly, so
/// that a circle of any size costs at most the rows and columns of the screen.
pub(crate) struct Rounded {
    /// Columns of the centres of the left and the right corners. With an even width and the largest
    /// radius the halves meet between two pixels, and `right` is one less than `left`.
    left: i64,
    right: i64,
    /// Rows of the centres of the upper and the lower corners.
    top: i64,
    bottom: i64,
    radius: i64,
}

impl Rounded {
    /// Creates the shape, with the radius clamped to half the shorter side. Returns `None` unless
    /// width and height are positive.
    pub(crate) fn rect(rect: Rect, radius: i32) -> Option<Self> {
        let area = Area::from(rect);
        if area.is_empty() {
            return None;
        }
        let radius = i64::from(radius.clamp(0, rect.w.min(rect.h) / 2));
        Some(Self {
            left: area.left + radius,
            right: area.right - 1 - radius,
            top: area.top + radius,
            bottom: area.bottom - 1 - radius,
            radius,
        })
    }

    /// Creates a circle. Returns `None` unless the radius is positive.
    pub(crate) fn circle(center: Point, radius: i32) -> Option<Self> {
        let (x, y) = (i64::from(center.x), i64::from(center.y));
        (radius > 0).then_some(Self {
            left: x,
            right: x,
            top: y,
            bottom: y,
            radius: radius.into(),
        })
    }

    pub(crate) fn fill(&self, canvas: &mut Canvas<'_>, color: u16) {
        for y in canvas.rows(self.top - self.radius..self.bottom + self.radius + 1) {
            let half = half_width(self.radius, self.depth(y));
            let (a, b) = (self.left - half, self.right + half);
            canvas.fill(Area::new(a.min(b)..a.max(b) + 1, y..y + 1), color);
        }
    }

    pub(crate) fn outline(&self, canvas: &mut Canvas<'_>, color: u16) {
        self.edges(canvas, color);
        for y in canvas.rows(self.top - self.radius..self.top + 1) {
            self.arc_row(canvas, y, self.top - y, color);
        }
        for y in canvas.rows(self.bottom..self.bottom + self.radius + 1) {
            self.arc_row(canvas, y, y - self.bottom, color);
        }
        for x in canvas.columns(self.left - self.radius..self.left + 1) {
            self.arc_column(canvas, x, self.left - x, color);
        }
        for x in canvas.columns(self.right..self.right + self.radius + 1) {
            self.arc_column(canvas, x, x - self.right, color);
        }
    }

    fn edges(&self, canvas: &mut Canvas<'_>, color: u16) {
        for y in [self.top - self.radius, self.bottom + self.radius] {
            canvas.fill(Area::new(self.left..self.right + 1, y..y + 1), color);
        }
        for x in [self.left - self.radius, self.right + self.radius] {
            canvas.fill(Area::new(x..x + 1, self.top..self.bottom + 1), color);
        }
    }

    fn arc_row(&self, canvas: &mut Canvas<'_>, y: i64, depth: i64, color: u16) {
        if let Some(reach) = steep(self.radius, depth) {
            canvas.pixel(self.left - reach, y, color);
            canvas.pixel(self.right + reach, y, color);
        }
    }

    fn arc_column(&self, canvas: &mut Canvas<'_>, x: i64, depth: i64, color: u16) {
        if let Some(reach) = steep(self.radius, depth) {
            canvas.pixel(x, self.top - reach, color);
            canvas.pixel(x, self.bottom + reach, color);
        }
    }

    /// Returns the distance of a row above the centres of the upper corners or below the centres of
    /// the lower corners; 0 between them.
    fn depth(&self, y: i64) -> i64 {
        if y < self.top.min(self.bottom) {
            self.top - y
        } else if y > self.top.max(self.bottom) {
            y - self.bottom
        } else {
            0
        }
    }
}

impl Canvas<'_> {
    pub(crate) fn progress_bar(&mut self, bar: &ProgressBar) {
        let Some(outline) = Rounded::rect(bar.area, 0).filter(|_| bar.max > 0) else {
            return;
        };
        let whole = Area::from(bar.area);
        let value = i64::from(bar.value.clamp(0, bar.max));
        let right = whole.left + value * whole.width() / i64::from(bar.max);
        self.fill(whole, bar.background);
        self.fill(Area { right, ..whole }, bar.foreground);
        outline.outline(self, bar.foreground);
    }
}

/// Returns the horizontal reach of the midpoint circle at `depth`, in the octant where the reach is
/// at least `depth`.
///
/// The algorithm steps inwards as soon as `x * (x - 1) >= r² - y²`, so the reach is the largest `x`
/// below that bound.
fn steep(radius: i64, depth: i64) -> Option<i64> {
    let inside = (radius - depth) * (radius + depth); // below 2^62
    let reach = if inside > 0 {
        (1 + root(4 * inside as u64 - 3)) / 2
    } else {
        0
    };
    (reach >= depth).then_some(reach)
}

/// Returns half the width of the midpoint circle at `depth`, the middle pixel not counted.
///
/// Where the outline is flat, the result is the outermost pixel that [`steep`] gives for a column
/// at that depth.
fn half_width(radius: i64, depth: i64) -> i64 {
    steep(radius, depth).unwrap_or_else(|| {
        let square = radius * radius - depth * (depth - 1) - 1;
        root(square.max(0) as u64)
    })
}

/// Returns the integer square root. Small numbers need no 64-bit division.
fn root(square: u64) -> i64 {
    match u32::try_from(square) {
        Ok(small) => small.isqrt().into(),
        Err(_) => square.isqrt() as i64,
    }
}
