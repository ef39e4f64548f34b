//! Encodes the screen as a PNG image.

use std::io;

use png::{BitDepth, ColorType, Encoder, EncodingError};

use crate::protocol::Frame;

/// Encodes pixels as a PNG.
///
/// # Errors
///
/// [`EncodingError`] if the frame has no pixels.
pub fn png(frame: &Frame) -> Result<Vec<u8>, EncodingError> {
    let mut image = io::Cursor::new(Vec::new());
    let mut encoder = Encoder::new(&mut image, frame.area.w.into(), frame.area.h.into());
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    let pixels: Vec<u8> = frame.pixels.iter().copied().flat_map(rgb888).collect();
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(image.into_inner())
}

/// Converts an RGB565 pixel to RGB888. Each channel repeats its high bits, so that white stays
/// white.
fn rgb888(pixel: u16) -> [u8; 3] {
    let (r, g, b) = (pixel >> 11, pixel >> 5 & 0x3f, pixel & 0x1f);
    [r << 3 | r >> 2, g << 2 | g >> 4, b << 3 | b >> 2].map(|channel| channel as u8)
}
