use core::convert::Infallible;
use core::fmt;
use core::future::Future;

use embedded_graphics::primitives::Rectangle;

/// Shows pixels. A display controller on a bus, a window or a test implements it.
pub trait Panel {
    /// Error of a write to the panel, such as a bus error.
    type Error: fmt::Debug;

    /// Writes `pixels` to the part `area` of the panel.
    ///
    /// The area is not empty and lies within the framebuffer. `pixels` has exactly one entry for
    /// each pixel of the area, row by row from the top, each row from the left, without padding. A
    /// pixel is RGB565 with red in the upper five bits, in the byte order of the host. Controllers
    /// on a serial bus mostly expect the upper byte first.
    ///
    /// # Errors
    ///
    /// Returns an error if the panel cannot be reached. The same area is then written again later,
    /// possibly as part of a larger area.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may leave any part of the area written. Afterwards the bus must be free,
    /// and the next call must work.
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

/// Panel that shows nothing, for boards without a panel and for measurements.
#[derive(Clone, Copy, Debug, Default)]
pub struct NullPanel;

impl Panel for NullPanel {
    type Error = Infallible;

    async fn write(&mut self, _area: Rectangle, _pixels: &[u16]) -> Result<(), Infallible> {
        Ok(())
    }
}
