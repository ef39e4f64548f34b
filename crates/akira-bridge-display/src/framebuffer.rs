use core::convert::Infallible;
use core::{fmt, mem};

use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Size};
use embedded_graphics::pixelcolor::Rgb565;
use embedded_graphics::prelude::IntoStorage;
use embedded_graphics::primitives::Rectangle;

use crate::area::Area;
use crate::canvas::Canvas;

/// Image in memory that drawing calls change and that a flush sends to the panel. Its pixels are
/// RGB565, row by row from the top left.
///
/// A pixel is a `u16` in the byte order of the host, with red in the upper five bits. The
/// framebuffer tracks one rectangle that contains all changes since the last flush. It is an
/// embedded-graphics draw target, so a board can draw its boot screen as on any other display. `B`
/// is the storage of the pixels: `&mut [u16]`, an array or a boxed slice.
pub struct Framebuffer<B> {
    pixels: B,
    width: u16,
    height: u16,
    dirty: Area,
}

impl<B: AsRef<[u16]> + AsMut<[u16]>> Framebuffer<B> {
    /// Creates a framebuffer `width` pixels wide, with as many full rows as `pixels` holds: 320 ×
    /// 240 pixels with a width of 320 are 240 rows.
    ///
    /// The whole framebuffer counts as changed, because the panel's content is unknown.
    pub fn new(pixels: B, width: u16) -> Self {
        let rows = pixels.as_ref().len().checked_div(usize::from(width));
        let height = u16::try_from(rows.unwrap_or(0)).unwrap_or(u16::MAX);
        let mut framebuffer = Self {
            pixels,
            width,
            height,
            dirty: Area::EMPTY,
        };
        framebuffer.dirty = framebuffer.screen();
        framebuffer
    }

    /// Returns the pixels, row by row from the top left.
    pub fn pixels(&self) -> &[u16] {
        self.pixels.as_ref()
    }

    /// Returns the smallest rectangle that contains all changes since the last flush, or `None` if
    /// nothing changed.
    pub fn dirty(&self) -> Option<Rectangle> {
        (!self.dirty.is_empty()).then(|| self.dirty.rectangle())
    }

    /// Consumes the framebuffer and returns the storage of its pixels.
    pub fn into_inner(self) -> B {
        self.pixels
    }

    pub(crate) fn take_dirty(&mut self) -> Area {
        mem::replace(&mut self.dirty, Area::EMPTY)
    }

    pub(crate) fn screen(&self) -> Area {
        Area::new(0..i64::from(self.width), 0..i64::from(self.height))
    }

    pub(crate) fn canvas(&mut self) -> Canvas<'_> {
        Canvas {
            screen: self.screen(),
            pixels: self.pixels.as_mut(),
            dirty: &mut self.dirty,
            cost: 0,
        }
    }

    /// Copies an area to the start of `to` and returns the copied pixels. The area must have been
    /// clipped.
    pub(crate) fn copy<'b>(&self, area: Area, to: &'b mut [u16]) -> &'b [u16] {
        let width = area.width() as usize;
        let used = to.get_mut(..width * area.height() as usize);
        let used = used.unwrap_or_default();
        for (y, row) in area.rows().zip(used.chunks_exact_mut(width.max(1))) {
            let start = y as usize * usize::from(self.width) + area.left as usize;
            if let Some(from) = self.pixels.as_ref().get(start..start + width) {
                row.copy_from_slice(from);
            }
        }
        used
    }
}

impl<B> fmt::Debug for Framebuffer<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Framebuffer")
            .field("width", &self.width)
            .field("height", &self.height)
            .field("dirty", &self.dirty)
            .finish_non_exhaustive()
    }
}

impl<B: AsRef<[u16]> + AsMut<[u16]>> OriginDimensions for Framebuffer<B> {
    fn size(&self) -> Size {
        Size::new(u32::from(self.width), u32::from(self.height))
    }
}

impl<B: AsRef<[u16]> + AsMut<[u16]>> DrawTarget for Framebuffer<B> {
    type Color = Rgb565;
    type Error = Infallible;

    fn draw_iter<I>(&mut self, pixels: I) -> Result<(), Infallible>
    where
        I: IntoIterator<Item = Pixel<Rgb565>>,
    {
        let mut canvas = self.canvas();
        for Pixel(at, color) in pixels {
            canvas.pixel(at.x.into(), at.y.into(), color.into_storage());
        }
        Ok(())
    }

    fn fill_contiguous<I>(&mut self, area: &Rectangle, colors: I) -> Result<(), Infallible>
    where
        I: IntoIterator<Item = Rgb565>,
    {
        let whole = Area::from(area);
        let mut canvas = self.canvas();
        let drawn = canvas.touch(whole);
        let mut colors = colors.into_iter();
        let mut skip = (drawn.top - whole.top) * whole.width() + (drawn.left - whole.left);
        for y in drawn.rows() {
            if skip > 0 && colors.nth(skip as usize - 1).is_none() {
                break;
            }
            let row = canvas.row(y, drawn.columns());
            for (pixel, color) in row.iter_mut().zip(colors.by_ref()) {
                *pixel = color.into_storage();
            }
            skip = whole.width() - drawn.width();
        }
        Ok(())
    }

    fn fill_solid(&mut self, area: &Rectangle, color: Rgb565) -> Result<(), Infallible> {
        self.canvas().fill(area.into(), color.into_storage());
        Ok(())
    }

    fn clear(&mut self, color: Rgb565) -> Result<(), Infallible> {
        let screen = self.screen();
        self.canvas().fill(screen, color.into_storage());
        Ok(())
    }
}
