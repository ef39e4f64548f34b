use embedded_graphics::geometry::Point;

use crate::area::Area;
use crate::canvas::{Canvas, SINGLE, clip};

/// Cost of computing the pixel at which a line enters the screen, in pixels.
const ENTERED: i64 = 20 * SINGLE;

impl Canvas<'_> {
    /// Draws a line by Bresenham's algorithm, both ends included.
    ///
    /// The line steps along its longer axis. After `n` of `long` steps its offset along the other
    /// axis is `n * short / long`, halves rounded towards the end, as on AkiraOS. This formula
    /// computes the pixel at which the line enters the screen, so that the steps before it need not
    /// be walked.
    pub(crate) fn line(&mut self, from: Point, to: Point, color: u16) {
        let (x0, y0) = (i64::from(from.x), i64::from(from.y));
        let (x1, y1) = (i64::from(to.x), i64::from(to.y));
        if y0 == y1 {
            return self.fill(Area::new(x0.min(x1)..x0.max(x1) + 1, y0..y0 + 1), color);
        }
        if x0 == x1 {
            return self.fill(Area::new(x0..x0 + 1, y0.min(y1)..y0.max(y1) + 1), color);
        }
        self.charge(ENTERED);
        if (x1 - x0).abs() >= (y1 - y0).abs() {
            let columns = clip(x0.min(x1)..x0.max(x1) + 1, self.screen.columns());
            let walk = Walk::new(x1 - x0, y1 - y0, steps(x0, x1, columns));
            walk.for_each(|(x, y)| self.pixel(x0 + x, y0 + y, color));
        } else {
            let rows = clip(y0.min(y1)..y0.max(y1) + 1, self.screen.rows());
            let walk = Walk::new(y1 - y0, x1 - x0, steps(y0, y1, rows));
            walk.for_each(|(y, x)| self.pixel(x0 + x, y0 + y, color));
        }
    }
}

/// Returns the numbers of the steps from `from` to `to` that are within the visible range.
fn steps(from: i64, to: i64, visible: core::ops::Range<i64>) -> core::ops::Range<i64> {
    if from <= to {
        visible.start - from..visible.end - from
    } else {
        from - visible.end + 1..from - visible.start + 1
    }
}

/// Offsets of a line's pixels from its start, along the longer and the shorter axis.
struct Walk {
    steps: core::ops::Range<i64>,
    /// Current offset along the shorter axis.
    offset: i64,
    /// Remainder beyond `offset`, in units of 1 / (2 * long).
    excess: i64,
    long: i64,
    short: i64,
}

impl Walk {
    fn new(long: i64, short: i64, steps: core::ops::Range<i64>) -> Self {
        let (far, near) = (long.abs(), short.abs());
        // Up to 2^66: i64 is too small. The 128-bit division happens once per line.
        let gone = i128::from(steps.start) * i128::from(2 * near) + i128::from(far);
        Self {
            steps,
            offset: (gone / i128::from(2 * far)) as i64,
            excess: (gone % i128::from(2 * far)) as i64,
            long,
            short,
        }
    }
}

impl Iterator for Walk {
    type Item = (i64, i64);

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.steps.next()?;
        let at = (step * self.long.signum(), self.offset * self.short.signum());
        self.excess += 2 * self.short.abs();
        if self.excess >= 2 * self.long.abs() {
            self.excess -= 2 * self.long.abs();
            self.offset += 1;
        }
        Some(at)
    }
}
