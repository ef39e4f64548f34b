//! Drawing. The origin is at the top left, and all drawing is clipped to the screen.
//!
//! Every function in this module returns [`Errno::EPERM`] without the capability `display.write`,
//! and [`Errno::EBUSY`] while another app owns the display.

use core::ffi::CStr;

use akira_abi::Errno;

use crate::errno::done;
use crate::{calls, raw};

/// Colour in RGB565: 5 bits of red, 6 of green, 5 of blue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Color(pub u16);

impl Color {
    /// Black.
    pub const BLACK: Self = Self(0x0000);
    /// White.
    pub const WHITE: Self = Self(0xFFFF);
    /// Red.
    pub const RED: Self = Self(0xF800);
    /// Green.
    pub const GREEN: Self = Self(0x07E0);
    /// Blue.
    pub const BLUE: Self = Self(0x001F);
    /// Yellow.
    pub const YELLOW: Self = Self(0xFFE0);
    /// Cyan.
    pub const CYAN: Self = Self(0x07FF);
    /// Magenta.
    pub const MAGENTA: Self = Self(0xF81F);

    /// Converts 8 bits per channel to RGB565, and drops the lower bits.
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self((red as u16 >> 3) << 11 | (green as u16 >> 2) << 5 | blue as u16 >> 3)
    }

    const fn word(self) -> u32 {
        self.0 as u32
    }
}

/// Rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rect {
    /// Left edge.
    pub x: i32,
    /// Top edge.
    pub y: i32,
    /// Width.
    pub w: i32,
    /// Height.
    pub h: i32,
}

impl Rect {
    /// Creates a rectangle of `w` by `h` pixels with its top left corner at (`x`, `y`).
    pub const fn new(x: i32, y: i32, w: i32, h: i32) -> Self {
        Self { x, y, w, h }
    }
}

/// Monospaced font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Font {
    /// 8 by 10 pixels.
    Small,
    /// 12 by 18 pixels.
    Large,
    /// 17 by 28 pixels.
    Huge,
}

/// Returns the width and the height of the screen in pixels.
///
/// # Errors
///
/// The errors that [the module](self) lists.
pub fn size() -> Result<(i32, i32), Errno> {
    let (mut w, mut h) = ([0; 4], [0; 4]);
    done(calls::display_get_size(&mut w, &mut h))?;
    Ok((i32::from_le_bytes(w), i32::from_le_bytes(h)))
}

/// Fills the screen.
///
/// # Errors
///
/// The errors that [the module](self) lists.
pub fn clear(color: Color) -> Result<(), Errno> {
    done(raw::display_clear(color.word()))
}

/// Sets one pixel.
///
/// # Errors
///
/// The errors that [the module](self) lists.
pub fn pixel(x: i32, y: i32, color: Color) -> Result<(), Errno> {
    done(raw::display_pixel(x, y, color.word()))
}

/// Draws a line that is one pixel wide and includes both end points.
///
/// # Errors
///
/// The errors that [the module](self) lists.
pub fn line(from: (i32, i32), to: (i32, i32), color: Color) -> Result<(), Errno> {
    done(raw::display_line(from.0, from.1, to.0, to.1, color.word()))
}

/// Fills a rectangle.
///
/// # Errors
///
/// The errors that [the module](self) lists.
pub fn fill(r: Rect, color: Color) -> Result<(), Errno> {
    done(raw::display_rect(r.x, r.y, r.w, r.h, color.word()))
}

/// Draws the outline of a rectangle, within its edges.
///
/// # Errors
///
/// The errors that [the module](self) lists.
pub fn outline(r: Rect, color: Color) -> Result<(), Errno> {
    done(raw::display_rect_outline(r.x, r.y, r.w, r.h, color.word()))
}

/// Fills a rectangle with round corners.
///
/// # Errors
///
/// The errors that [the module](self) lists.
pub fn fill_rounded(r: Rect, radius: i32, color: Color) -> Result<(), Errno> {
    done(raw::display_rounded_rect_fill(
        r.x,
        r.y,
        r.w,
        r.h,
        radius,
        color.word(),
    ))
}

/// Draws the outline of a rectangle with round corners.
///
/// # Errors
///
/// The errors that [the module](self) lists.
pub fn outline_rounded(r: Rect, radius: i32, color: Color) -> Result<(), Errno> {
    done(raw::display_rounded_rect(
        r.x,
        r.y,
        r.w,
        r.h,
        radius,
        color.word(),
    ))
}

/// Fills a circle.
///
/// # Errors
///
/// The errors that [the module](self) lists.
pub fn fill_circle(center: (i32, i32), radius: i32, color: Color) -> Result<(), Errno> {
    done(raw::display_circle_fill(
        center.0,
        center.1,
        radius,
        color.word(),
    ))
}

/// Draws text with its top left corner at `at`.
///
/// # Errors
///
/// The errors that [the module](self) lists.
pub fn text(at: (i32, i32), text: &CStr, font: Font, color: Color) -> Result<(), Errno> {
    let draw = match font {
        Font::Small => calls::display_text,
        Font::Large => calls::display_text_large,
        Font::Huge => calls::display_text_huge,
    };
    done(draw(at.0, at.1, text, color.word()))
}

/// Draws `r.w` by `r.h` pixels, given row by row in little-endian RGB565.
///
/// # Errors
///
/// [`Errno::EINVAL`] if `pixels` is too short, and the errors that [the module](self) lists.
pub fn bitmap(r: Rect, pixels: &[u8]) -> Result<(), Errno> {
    done(calls::display_bitmap(r.x, r.y, r.w, r.h, pixels))
}

/// Sends the changes to the panel and waits until they are written. Without this call, changes
/// appear 50 ms after the last drawing call.
///
/// # Errors
///
/// The errors that [the module](self) lists.
pub fn flush() -> Result<(), Errno> {
    done(raw::display_flush())
}
