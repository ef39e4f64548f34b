use core::convert::Infallible;

use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::image::{ImageDrawable, ImageDrawableExt};
use embedded_graphics::mono_font::MonoFont;
use embedded_graphics::mono_font::ascii::{FONT_6X10, FONT_8X13_BOLD, FONT_10X20};
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::primitives::Rectangle;

use crate::area::Area;
use crate::canvas::Canvas;
use crate::parts::{PART, Place};

/// Font whose cells have the size that app layouts rely on: AkiraOS leaves one free column between
/// two glyphs.
///
/// The glyphs come from X11's public-domain fixed fonts, as shipped with embedded-graphics, placed
/// in larger cells.
pub(crate) struct Font {
    glyphs: &'static MonoFont<'static>,
    cell: (i64, i64),
    /// Offset of the glyph within its cell.
    inset: (i64, i64),
    /// Whether the glyph is drawn at double size.
    double: bool,
}

pub(crate) const SMALL: Font = Font {
    glyphs: &FONT_6X10,
    cell: (8, 10),
    inset: (0, 0),
    double: false,
};

pub(crate) const LARGE: Font = Font {
    glyphs: &FONT_10X20,
    cell: (12, 18),
    inset: (0, -2),
    double: false,
};

pub(crate) const HUGE: Font = Font {
    glyphs: &FONT_8X13_BOLD,
    cell: (17, 28),
    inset: (0, 1),
    double: true,
};

/// Distance between tab stops, in cells.
const TAB: u32 = 4;

/// Number of pixels between two lines of text.
const LEADING: i64 = 2;

/// Cost of examining a byte of text, in pixels. The runtime's guard charges for the byte, too.
const LOOKED_AT: i64 = 20;

impl Canvas<'_> {
    /// Draws the cells that are on the screen, starting at the place `from` in the text. The text
    /// may have any length and position. Returns the place to continue at, or `None` if the text
    /// ended.
    ///
    /// A line break starts a new line below, and a tab moves to the next multiple of four cells.
    pub(crate) fn text(
        &mut self,
        font: &Font,
        at: Point,
        text: &[u8],
        color: u16,
        from: Place,
    ) -> Option<Place> {
        let [start, mut cell, mut line] = from;
        let (width, height) = font.cell;
        for (index, byte) in (start..).zip(text.get(start as usize..)?) {
            let top = i64::from(at.y) + i64::from(line) * (height + LEADING);
            if top >= self.screen.bottom {
                return None;
            }
            if self.cost > PART {
                return Some([index, cell, line]);
            }
            self.charge(LOOKED_AT);
            match *byte {
                b'\n' => (cell, line) = (0, line.saturating_add(1)),
                b'\t' => cell = (cell / TAB).saturating_add(1).saturating_mul(TAB),
                byte => {
                    let left = i64::from(at.x) + i64::from(cell) * width;
                    self.cell(font, byte, (left, top), color);
                    cell = cell.saturating_add(1);
                }
            }
        }
        None
    }

    /// Draws a printable byte in its cell, if the cell is on the screen.
    fn cell(&mut self, font: &Font, byte: u8, (left, top): (i64, i64), color: u16) {
        let (width, height) = font.cell;
        let area = Area::new(left..left + width, top..top + height);
        if byte.is_ascii_graphic() && !area.intersection(self.screen).is_empty() {
            self.charge(font.work());
            self.glyph(font, byte, (left + font.inset.0, top + font.inset.1), color);
        }
    }

    fn glyph(&mut self, font: &Font, byte: u8, (left, top): (i64, i64), color: u16) {
        let mut glyph = Glyph::load(font.glyphs, byte);
        if font.double {
            glyph = glyph.doubled();
        }
        let area = self.touch(glyph.area(left, top));
        for y in area.rows() {
            let row = glyph.rows.get((y - top) as usize).copied().unwrap_or(0);
            for (start, end) in Runs::of(row) {
                let start = (left + i64::from(start)).max(area.left);
                let end = (left + i64::from(end)).min(area.right);
                if start < end {
                    self.row(y, start..end).fill(color);
                }
            }
        }
    }
}

impl Font {
    /// Returns the cost of loading a glyph, in pixels.
    fn work(&self) -> i64 {
        let Size { width, height } = self.glyphs.character_size;
        let loaded = i64::from(width * height) * PER_PIXEL;
        let doubled = i64::from(self.double) * self.cell.1 * PER_DOUBLED_ROW;
        loaded + doubled
    }
}

/// Costs of loading one pixel of a glyph, and of doubling one of its rows, in pixels.
const PER_PIXEL: i64 = 18;
const PER_DOUBLED_ROW: i64 = 80;

/// Pixels of one character: a word for each row, with the leftmost pixel in the highest bit.
struct Glyph {
    rows: [u32; 28],
}

impl Glyph {
    fn load(font: &MonoFont<'_>, byte: u8) -> Self {
        let size = font.character_size;
        let per_row = (font.image.size().width / size.width).max(1);
        let index = u32::from(byte.saturating_sub(b' '));
        let (column, row) = (index % per_row, index / per_row);
        let corner = Point::new((column * size.width) as i32, (row * size.height) as i32);
        let image = font.image.sub_image(&Rectangle::new(corner, size));
        let mut glyph = Self { rows: [0; 28] };
        let Ok(()) = image.draw(&mut glyph);
        glyph
    }

    /// Returns the smallest area that contains the glyph's pixels, with the glyph's top left corner
    /// at (`left`, `top`).
    fn area(&self, left: i64, top: i64) -> Area {
        let all = self.rows.iter().fold(0, |all, row| all | row);
        let first = self.rows.iter().position(|row| *row != 0);
        let last = self.rows.iter().rposition(|row| *row != 0);
        let (Some(first), Some(last)) = (first, last) else {
            return Area::EMPTY;
        };
        let end = left + i64::from(u32::BITS - all.trailing_zeros());
        let columns = left + i64::from(all.leading_zeros())..end;
        Area::new(columns, top + first as i64..top + last as i64 + 1)
    }

    /// Doubles the size of the glyph and smooths its steps.
    ///
    /// Uses the Scale2x rule: a quarter of a pixel gets the colour of its two adjacent neighbours
    /// if they agree and the opposite neighbours differ from them. The inner corner of two crossing
    /// strokes stays empty, otherwise a plus becomes a diamond.
    fn doubled(&self) -> Self {
        let mut rows = [0; 28];
        for (y, pair) in rows.chunks_exact_mut(2).enumerate() {
            let above = y.checked_sub(1).and_then(|y| self.rows.get(y));
            let around = Around {
                above: above.copied().unwrap_or(0),
                here: self.rows.get(y).copied().unwrap_or(0),
                below: self.rows.get(y + 1).copied().unwrap_or(0),
            };
            pair.copy_from_slice(&around.doubled());
        }
        Self { rows }
    }
}

impl OriginDimensions for Glyph {
    fn size(&self) -> Size {
        Size::new(32, 28)
    }
}

impl DrawTarget for Glyph {
    type Color = BinaryColor;
    type Error = Infallible;

    fn draw_iter<I>(&mut self, pixels: I) -> Result<(), Infallible>
    where
        I: IntoIterator<Item = Pixel<BinaryColor>>,
    {
        for Pixel(at, color) in pixels {
            let bit = (1u32 << 31).checked_shr(at.x as u32).unwrap_or(0);
            if let Some(row) = self.rows.get_mut(at.y as usize)
                && color.is_on()
            {
                *row |= bit;
            }
        }
        Ok(())
    }

    /// Stores the glyph's pixels one row at a time.
    fn fill_contiguous<I>(&mut self, area: &Rectangle, colors: I) -> Result<(), Infallible>
    where
        I: IntoIterator<Item = BinaryColor>,
    {
        let mut colors = colors.into_iter();
        let (left, width) = (area.top_left.x as u32, area.size.width);
        let rows = self.rows.iter_mut().skip(area.top_left.y as usize);
        for row in rows.take(area.size.height as usize) {
            for column in left..left + width {
                if colors.next().is_some_and(BinaryColor::is_on) {
                    *row |= (1u32 << 31).checked_shr(column).unwrap_or(0);
                }
            }
        }
        Ok(())
    }
}

/// A row of a glyph and its neighbours.
struct Around {
    above: u32,
    here: u32,
    below: u32,
}

impl Around {
    fn doubled(&self) -> [u32; 2] {
        let (left, right) = (self.here >> 1, self.here << 1);
        let quarter = |near: [u32; 3], far: [u32; 2]| {
            let [vertical, corner, sideways] = near;
            let agree = !(vertical ^ sideways) & (sideways ^ far[0]) & (vertical ^ far[1]);
            let smooth = agree & (self.here | !corner);
            (smooth & vertical) | (!smooth & self.here)
        };
        let (above, below) = (self.above, self.below);
        [
            spread(quarter([above, above >> 1, left], [below, right]))
                | spread(quarter([above, above << 1, right], [below, left])) >> 1,
            spread(quarter([below, below >> 1, left], [above, right]))
                | spread(quarter([below, below << 1, right], [above, left])) >> 1,
        ]
    }
}

/// Spreads the upper 16 bits: bit 31 stays, bit 30 becomes bit 29, and so on.
fn spread(bits: u32) -> u32 {
    let halves = bits & 0xFFFF_0000;
    let bytes = (halves | halves >> 8) & 0xFF00_FF00;
    let nibbles = (bytes | bytes >> 4) & 0xF0F0_F0F0;
    let pairs = (nibbles | nibbles >> 2) & 0xCCCC_CCCC;
    (pairs | pairs >> 1) & 0xAAAA_AAAA
}

/// The runs of ones in a row, from the left, as pairs of start and end.
struct Runs {
    rest: u32,
    at: u32,
}

impl Runs {
    fn of(row: u32) -> Self {
        Self { rest: row, at: 0 }
    }

    fn skip_over(&mut self, bits: u32) -> u32 {
        self.rest = self.rest.checked_shl(bits).unwrap_or(0);
        self.at += bits;
        self.at
    }
}

impl Iterator for Runs {
    type Item = (u32, u32);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest == 0 {
            return None;
        }
        let start = self.skip_over(self.rest.leading_zeros());
        let end = self.skip_over(self.rest.leading_ones());
        Some((start, end))
    }
}

/// Decimal digits of a number.
pub(crate) struct Digits {
    bytes: [u8; 11],
    start: usize,
}

impl Digits {
    pub(crate) fn new(value: i32) -> Self {
        let mut digits = Self {
            bytes: [0; 11],
            start: 11,
        };
        let mut rest = value.unsigned_abs();
        loop {
            digits.push(b'0' + (rest % 10) as u8);
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if value < 0 {
            digits.push(b'-');
        }
        digits
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// Prepends a byte.
    fn push(&mut self, byte: u8) {
        self.start = self.start.saturating_sub(1);
        if let Some(place) = self.bytes.get_mut(self.start) {
            *place = byte;
        }
    }
}
