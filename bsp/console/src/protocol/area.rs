use serde::Serialize;

/// A width and a height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Size {
    /// The width.
    pub width: u16,
    /// The height.
    pub height: u16,
}

/// A rectangle of the screen in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Area {
    /// The left edge.
    pub x: u16,
    /// The top edge.
    pub y: u16,
    /// The width.
    pub w: u16,
    /// The height.
    pub h: u16,
}

impl Area {
    /// Returns the area of a whole screen.
    pub const fn whole(screen: Size) -> Self {
        Self {
            x: 0,
            y: 0,
            w: screen.width,
            h: screen.height,
        }
    }

    /// Returns the smallest rectangle that contains both.
    pub fn union(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let right = self.right().max(other.right());
        let bottom = self.bottom().max(other.bottom());
        Self {
            x,
            y,
            w: right - x,
            h: bottom - y,
        }
    }

    /// Returns the part of it that lies on a screen; empty if none does.
    pub fn on(self, screen: Size) -> Self {
        let (x, y) = (self.x.min(screen.width), self.y.min(screen.height));
        Self {
            x,
            y,
            w: self.right().min(screen.width) - x,
            h: self.bottom().min(screen.height) - y,
        }
    }

    fn right(self) -> u16 {
        self.x.saturating_add(self.w)
    }

    fn bottom(self) -> u16 {
        self.y.saturating_add(self.h)
    }
}
