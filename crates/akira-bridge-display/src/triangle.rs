use embedded_graphics::geometry::Point;

use crate::area::Area;
use crate::canvas::Canvas;

impl Canvas<'_> {
    pub(crate) fn triangle(&mut self, [a, b, c]: [Point; 3], color: u16) {
        self.line(a, b, color);
        self.line(b, c, color);
        self.line(c, a, color);
    }

    /// Fills the rows between the long edge, from the highest corner to the lowest, and the two
    /// short edges.
    pub(crate) fn fill_triangle(&mut self, mut corners: [Point; 3], color: u16) {
        corners.sort_unstable_by_key(|corner| (corner.y, corner.x));
        let [high, middle, low] = corners;
        for y in self.rows(high.y.into()..i64::from(low.y) + 1) {
            let a = edge(high, low, y);
            let b = if high.y == low.y {
                low.x.into()
            } else if y < middle.y.into() {
                edge(high, middle, y)
            } else {
                edge(middle, low, y)
            };
            self.fill(Area::new(a.min(b)..a.max(b) + 1, y..y + 1), color);
        }
    }
}

/// Returns the column where an edge crosses a row, rounded towards the upper end. A level edge
/// returns its start.
fn edge(from: Point, to: Point, y: i64) -> i64 {
    let (x, height) = (i64::from(from.x), i64::from(to.y) - i64::from(from.y));
    if height == 0 {
        return x;
    }
    let (width, down) = (i64::from(to.x) - x, y - i64::from(from.y));
    // Each factor is below 2^32, so the product fits a u64; it would not fit an i64.
    let across = width.unsigned_abs() * down.unsigned_abs() / height.unsigned_abs();
    x + across as i64 * width.signum()
}
