use akira_abi::{AppId, Errno};
use embedded_graphics::geometry::Point;

use crate::area::Rect;
use crate::bitmap::Bitmap;
use crate::canvas::Canvas;
use crate::display::Display;
use crate::font::{Font, HUGE, LARGE, SMALL};

/// Cost in pixels after which a part of a drawing call ends.
pub(crate) const PART: u32 = 8_000;

/// Result of one part of a drawing call. A call whose cost grows with its input is split into
/// parts, so that other tasks run between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "there may be more to draw"]
pub struct Part {
    /// Cost of this part, in pixels.
    pub cost: u32,
    /// Place at which the next part begins, or `None` if the call is complete.
    pub next: Option<Place>,
}

/// Place in a drawing call at which its next part begins. For text, the elements are the index of
/// the byte, the number of its cell in the line, and the number of the line. For a bitmap, the
/// first element is the row, and the others are 0. All zeros is the start.
pub type Place = [u32; 3];

/// Size of the letters that [`Display::text_part`] draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// Letters in cells of 8 × 10 pixels, as [`Display::text`] draws them.
    Small,
    /// Letters in cells of 12 × 18 pixels, as [`Display::text_large`] draws them.
    Large,
    /// Letters in cells of 17 × 28 pixels, as [`Display::text_huge`] draws them.
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
    /// Draws one part of a [`Display::text`] call, beginning at the place `from`. The result holds
    /// the place of the next part.
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

    /// Draws one part of a [`Display::bitmap`] call, beginning at the place `from`; with a colour
    /// in the second element, of a [`Display::bitmap_transparent`] call. The result holds the place
    /// of the next part.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display, `EINVAL` if `data` is too short.
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

/// Draws all parts of a call in order and returns their total cost in pixels.
pub(crate) fn whole(part: impl Fn(Place) -> Result<Part, Errno>) -> Result<u32, Errno> {
    let (mut cost, mut from) = (0_u32, Some(Place::default()));
    while let Some(at) = from {
        let part = part(at)?;
        cost = cost.saturating_add(part.cost);
        from = part.next;
    }
    Ok(cost)
}
