//! The framebuffer as embedded-graphics sees it.

use akira_bridge_display::Framebuffer;
use embedded_graphics::geometry::{Point, Size};
use embedded_graphics::pixelcolor::Rgb565;
use embedded_graphics::pixelcolor::raw::RawU16;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{Circle, PrimitiveStyle, Rectangle};

use crate::screen::{art_of, screen};

fn area(x: i32, y: i32, w: u32, h: u32) -> Rectangle {
    Rectangle::new(Point::new(x, y), Size::new(w, h))
}

fn colors() -> impl Iterator<Item = Rgb565> {
    (0..).map(|n: u16| RawU16::new(n % 9 + 1).into())
}

fn contiguous(area: &Rectangle) -> String {
    let mut framebuffer = Framebuffer::new([0; 12], 4);
    let Ok(()) = framebuffer.fill_contiguous(area, colors());
    art_of(framebuffer.pixels(), 4)
}

#[test]
fn contiguous_pixels_clip_on_all_sides() {
    assert_eq!(contiguous(&area(0, 0, 4, 3)), "1234\n5678\n9123");
    assert_eq!(contiguous(&area(-1, -1, 3, 3)), "56..\n89..\n....");
    assert_eq!(contiguous(&area(3, 2, 3, 3)), "....\n....\n...1");
    assert_eq!(contiguous(&area(9, 9, 3, 3)), "....\n....\n....");
}

#[test]
fn contiguous_pixels_may_end_early() {
    let mut framebuffer = Framebuffer::new([0; 12], 4);
    let Ok(()) = framebuffer.fill_contiguous(&area(1, 0, 2, 3), colors().take(3));
    assert_eq!(art_of(framebuffer.pixels(), 4), ".12.\n.3..\n....");
}

#[test]
fn height_is_what_the_pixels_fill() {
    assert_eq!(Framebuffer::new([0; 13], 4).size(), Size::new(4, 3));
    assert_eq!(Framebuffer::new([0; 3], 4).size(), Size::new(4, 0));
    assert_eq!(Framebuffer::new([0; 3], 0).size(), Size::new(0, 0));
}

#[test]
fn board_draws_with_embedded_graphics() {
    let display = screen(4, 4, akira_bridge_display::NullPanel);
    let style = PrimitiveStyle::with_fill(Rgb565::WHITE);
    let circle = Circle::new(Point::new(1, 1), 2).into_styled(style);
    let drawn = display.draw(|framebuffer| circle.draw(framebuffer));
    assert_eq!(drawn, Ok(Ok(())));
    let pixels = display.into_inner().0.into_inner();
    assert_eq!(art_of(&pixels, 4), "....\n.##.\n.##.\n....");
}

#[test]
fn dirty_holds_all_changes() {
    let mut framebuffer = Framebuffer::new([0; 12], 4);
    assert_eq!(framebuffer.dirty(), Some(area(0, 0, 4, 3)));
    let Ok(()) = framebuffer.clear(Rgb565::RED);
    assert_eq!(framebuffer.into_inner(), [0xf800; 12]);
}
