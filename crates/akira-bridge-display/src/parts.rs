use akira_abi::{AppId, Errno};
use embedded_graphics::geometry::Point;

use crate::area::Rect;
use crate::bitmap::Bitmap;
use crate::canvas::Canvas;
use crate::display::Display;
use crate::font::{Font, HUGE, LARGE, SMALL};

/// Cost after which a part ends, in pixels.
pub(crate) const PART: u32 = 8_000;

/// The result of one part of a drawing call whose cost grows with its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "there may be more to draw"]
pub struct Part {
    /// The cost of the part, in pixels.
    pub cost: u32,
    /// The place to continue at, or `None` if the call is complete.
    pub next: Option<Place>,
}

/// Progress of a drawing call: for text the byte, its cell and its line; for a bitmap the row. All zeros is the start.
pub type Place = [u32; 3];

/// The size of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// Cells of 8 × 10 pixels.
    Small,
    /// Cells of 12 × 18 pixels.
    Large,
    /// Cells of 17 × 28 pixels.
    Huge,
}

impl Letters {
    fn font(self) -> &'static Font {
        match self {
            Self::Small => &SMALL,
            Self::Large => &LARGE,
            Self::Huge => &HUGE,
        }
    }
}

/// Drawing calls split into parts, so that other tasks run between the parts.
impl<B: AsRef<[u16]> + AsMut<[u16]>, P> Display<B, P> {
    /// Draws one part of a [`Display::text`] call.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display.
    pub fn text_part(
        &self,
        app: AppId,
        (letters, at, color): (Letters, Point, u16),
        text: &[u8],
        from: Place,
    ) -> Result<Part, Errno> {
        self.draw_part(app, |canvas| {
            canvas.text(letters.font(), at, text, color, from)
        })
    }

    /// Draws one part of a [`Display::bitmap`] call or, with a `key`, of a [`Display::bitmap_transparent`] call.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display, `EINVAL` if the data are too short.
    pub fn bitmap_part(
        &self,
        app: AppId,
        (area, key): (Rect, Option<u16>),
        data: &[u8],
        from: Place,
    ) -> Result<Part, Errno> {
        self.claim(app)?;
        let bitmap = Bitmap::new(area, data)?;
        self.draw_part(app, |canvas| {
            canvas.blit(&bitmap, key, from[0]).map(|row| [row, 0, 0])
        })
    }

    fn draw_part(
        &self,
        app: AppId,
        draw: impl FnOnce(&mut Canvas<'_>) -> Option<Place>,
    ) -> Result<Part, Errno> {
        let mut next = None;
        let cost = self.draw_for(app, |canvas| next = draw(canvas))?;
        Ok(Part { cost, next })
    }
}

/// Draws all parts in order and returns their total cost.
pub(crate) fn whole(part: impl Fn(Place) -> Result<Part, Errno>) -> Result<u32, Errno> {
    let (mut cost, mut from) = (0_u32, Some(Place::default()));
    while let Some(at) = from {
        let part = part(at)?;
        cost = cost.saturating_add(part.cost);
        from = part.next;
    }
    Ok(cost)
}
