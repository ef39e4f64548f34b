use akira_abi::{AppId, Errno};
use embedded_graphics::geometry::Point;

use crate::area::Rect;
use crate::bitmap::Bitmap;
use crate::canvas::Canvas;
use crate::display::Display;
use crate::font::{Font, HUGE, LARGE, SMALL};

/// What a part may cost, in pixels, before it ends.
pub(crate) const PART: u32 = 8_000;

/// A part of a drawing call whose cost grows with what the app passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "there may be more to draw"]
pub struct Part {
    /// What it cost, in pixels.
    pub cost: u32,
    /// Where to continue, if there is more to draw.
    pub next: Option<Place>,
}

/// How far a drawing call has come: of a text the byte, its cell and its line; of a bitmap the row. Zeros are its beginning.
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

/// Drawing calls a part at a time, so that others need not wait for all of it.
impl<B: AsRef<[u16]> + AsMut<[u16]>, P> Display<B, P> {
    /// Draws a part of what [`Display::text`] draws.
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

    /// Draws a part of what [`Display::bitmap`] draws; with a `key`, of what [`Display::bitmap_transparent`] does.
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

/// Draws one part after the other, and returns what all of them cost.
pub(crate) fn whole(part: impl Fn(Place) -> Result<Part, Errno>) -> Result<u32, Errno> {
    let (mut cost, mut from) = (0_u32, Some(Place::default()));
    while let Some(at) = from {
        let part = part(at)?;
        cost = cost.saturating_add(part.cost);
        from = part.next;
    }
    Ok(cost)
}
