use akira_sim::protocol::Area;
use akira_sim::protocol::Frame;
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::ascii::{FONT_6X10, FONT_10X20};
use embedded_graphics::pixelcolor::Rgb565;
use embedded_graphics::pixelcolor::raw::RawU16;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{Circle, PrimitiveStyle, Rectangle, RoundedRectangle};
use embedded_graphics::text::Text;

use super::console::SCREEN;

const BACKGROUND: Rgb565 = Rgb565::new(1, 4, 4);
const FRAME: Rgb565 = Rgb565::new(5, 14, 10);
const ACCENT: Rgb565 = Rgb565::new(31, 38, 6);
const PALE: Rgb565 = Rgb565::new(24, 50, 26);

/// Contents of the screen: a ball that rolls with the tilt, and the buttons that are held down.
pub(crate) struct Picture {
    pixels: Vec<u16>,
    at: (f32, f32),
    speed: (f32, f32),
    held: u32,
}

impl Picture {
    pub(crate) fn new() -> Self {
        let pixels = vec![0; usize::from(SCREEN.width) * usize::from(SCREEN.height)];
        Self {
            pixels,
            at: (160.0, 120.0),
            speed: (2.2, 1.6),
            held: 0,
        }
    }

    /// Moves the ball by one step. Returns the changed area.
    pub(crate) fn advance(&mut self, tilt: &[f32]) -> Area {
        self.speed.0 += tilt.first().map_or(0.0, |x| x * 0.02);
        self.speed.1 -= tilt.get(1).map_or(0.0, |y| y * 0.02);
        bounce(&mut self.at.0, &mut self.speed.0, 24.0, 296.0);
        bounce(&mut self.at.1, &mut self.speed.1, 60.0, 192.0);
        Area {
            x: 0,
            y: 32,
            w: 320,
            h: 188,
        }
    }

    /// Shows a button as pressed or released. Returns the changed area.
    pub(crate) fn button(&mut self, id: u8, pressed: bool) -> Area {
        let bit = 1 << id;
        self.held = if pressed {
            self.held | bit
        } else {
            self.held & !bit
        };
        Area {
            x: 0,
            y: 216,
            w: 320,
            h: 24,
        }
    }

    /// Draws the current state and copies a rectangle of it.
    pub(crate) fn copy(&mut self, area: Area) -> Frame {
        let Ok(()) = self.draw();
        let width = usize::from(SCREEN.width);
        let rows = self
            .pixels
            .chunks_exact(width)
            .skip(area.y.into())
            .take(area.h.into());
        let row = |row: &[u16]| row[area.x.into()..][..area.w.into()].to_vec();
        Frame {
            area,
            pixels: rows.flat_map(row).collect(),
        }
    }

    fn draw(&mut self) -> Result<(), core::convert::Infallible> {
        self.clear(BACKGROUND)?;
        let title = MonoTextStyle::new(&FONT_10X20, Rgb565::WHITE);
        Text::new("tilt", Point::new(12, 22), title).draw(self)?;
        Text::new(
            "score 0042",
            Point::new(248, 20),
            MonoTextStyle::new(&FONT_6X10, PALE),
        )
        .draw(self)?;
        let field = Rectangle::new(Point::new(8, 36), Size::new(304, 176));
        let edge = PrimitiveStyle::with_stroke(FRAME, 2);
        RoundedRectangle::with_equal_corners(field, Size::new(10, 10))
            .into_styled(edge)
            .draw(self)?;
        for x in (24..312).step_by(24) {
            for y in (52..212).step_by(24) {
                Rectangle::new(Point::new(x, y), Size::new(2, 2))
                    .into_styled(PrimitiveStyle::with_fill(FRAME))
                    .draw(self)?;
            }
        }
        let centre = Point::new(self.at.0 as i32, self.at.1 as i32);
        Circle::with_center(centre, 31)
            .into_styled(PrimitiveStyle::with_fill(ACCENT))
            .draw(self)?;
        Circle::with_center(centre - Point::new(5, 6), 7)
            .into_styled(PrimitiveStyle::with_fill(Rgb565::WHITE))
            .draw(self)?;
        let held = format!("held: {:09b}", self.held >> 1);
        Text::new(
            &held,
            Point::new(12, 230),
            MonoTextStyle::new(&FONT_6X10, PALE),
        )
        .draw(self)?;
        Ok(())
    }
}

fn bounce(at: &mut f32, speed: &mut f32, min: f32, max: f32) {
    *speed = speed.clamp(-6.0, 6.0);
    *at += *speed;
    if !(min..=max).contains(at) {
        *speed = -*speed * 0.9;
        *at = at.clamp(min, max);
    }
}

impl OriginDimensions for Picture {
    fn size(&self) -> Size {
        Size::new(SCREEN.width.into(), SCREEN.height.into())
    }
}

impl DrawTarget for Picture {
    type Color = Rgb565;
    type Error = core::convert::Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb565>>>(
        &mut self,
        pixels: I,
    ) -> Result<(), Self::Error> {
        let bounds = self.bounding_box();
        for Pixel(at, color) in pixels.into_iter().filter(|pixel| bounds.contains(pixel.0)) {
            let index = at.y as usize * usize::from(SCREEN.width) + at.x as usize;
            self.pixels[index] = RawU16::from(color).into_inner();
        }
        Ok(())
    }
}
