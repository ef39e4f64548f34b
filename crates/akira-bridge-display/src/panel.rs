use core::convert::Infallible;
use core::fmt;
use core::future::Future;

use embedded_graphics::primitives::Rectangle;

/// Shows pixels: a display controller behind its bus, a window, a test.
pub trait Panel {
    /// The error of a write, such as that of the bus.
    type Error: fmt::Debug;

    /// Shows `pixels` in `area`.
    ///
    /// The area is not empty and lies within the framebuffer's size; `pixels` has exactly one entry for each pixel of
    /// the area, row by row from the top, each row from the left, without padding. A pixel is RGB565 with red in the
    /// upper five bits, in the byte order of the host: controllers on a serial bus mostly want the upper byte first.
    ///
    /// # Errors
    ///
    /// Fails when the panel cannot be reached. The area is then written again later, possibly as part of a larger one.
    ///
    /// # Cancel safety
    ///
    /// A drop may leave any part of the area written. The bus must be free again, and the next call must work.
    fn write(
        &mut self,
        area: Rectangle,
        pixels: &[u16],
    ) -> impl Future<Output = Result<(), Self::Error>>;
}

impl<T: Panel + ?Sized> Panel for &mut T {
    type Error = T::Error;

    fn write(
        &mut self,
        area: Rectangle,
        pixels: &[u16],
    ) -> impl Future<Output = Result<(), Self::Error>> {
        (**self).write(area, pixels)
    }
}

/// A panel that shows nothing, for boards without one and for measurements.
#[derive(Clone, Copy, Debug, Default)]
pub struct NullPanel;

impl Panel for NullPanel {
    type Error = Infallible;

    async fn write(&mut self, _area: Rectangle, _pixels: &[u16]) -> Result<(), Infallible> {
        Ok(())
    }
}
