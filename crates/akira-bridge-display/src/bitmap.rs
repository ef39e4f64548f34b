use core::ops::Range;

use akira_abi::Errno;

use crate::area::{Area, Rect};

/// Pixels that an app passed, in RGB565, little-endian, row by row without padding.
#[derive(Clone, Copy)]
pub(crate) struct Bitmap<'a> {
    pub(crate) area: Area,
    data: &'a [u8],
}

impl<'a> Bitmap<'a> {
    /// Checks that `data` holds at least `rect.w * rect.h` pixels.
    ///
    /// Without a positive width and height the bitmap is empty, as on AkiraOS.
    pub(crate) fn new(rect: Rect, data: &'a [u8]) -> Result<Self, Errno> {
        let area = Area::from(rect);
        if area.is_empty() {
            return Ok(Self { area, data: &[] });
        }
        let needed = area.width() * area.height() * 2; // below 2^63
        if (data.len() as u64) < needed as u64 {
            return Err(Errno::EINVAL);
        }
        Ok(Self { area, data })
    }

    /// Returns the bytes of row `y` from column `left` up to `right`, which lie within the bitmap's
    /// area.
    pub(crate) fn row(&self, y: i64, left: i64, right: i64) -> &'a [u8] {
        let first = (y - self.area.top) * self.area.width() + (left - self.area.left);
        let start = first as usize * 2;
        let end = start + (right - left) as usize * 2;
        self.data.get(start..end).unwrap_or_default()
    }

    /// Returns the bytes of whole rows, which lie within the bitmap's area.
    pub(crate) fn rows(&self, rows: Range<i64>) -> &'a [u8] {
        let row_bytes = self.area.width() * 2;
        let start = (rows.start - self.area.top) * row_bytes;
        let end = (rows.end - self.area.top) * row_bytes;
        self.data
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    /// Copies a part of the bitmap to the start of `to`, which must be long enough. Returns the
    /// copied pixels.
    pub(crate) fn copy<'b>(&self, part: Area, to: &'b mut [u16]) -> &'b [u16] {
        let width = part.width() as usize;
        let used = to.get_mut(..width * part.height() as usize);
        let used = used.unwrap_or_default();
        for (y, row) in part.rows().zip(used.chunks_exact_mut(width.max(1))) {
            copy_pixels(row, self.row(y, part.left, part.right));
        }
        used
    }
}

/// Copies little-endian pixels.
///
/// A separate function, so that the compiler knows that the slices do not overlap and emits a
/// `memcpy`.
#[inline(never)]
pub(crate) fn copy_pixels(to: &mut [u16], from: &[u8]) {
    for (pixel, bytes) in to.iter_mut().zip(from.as_chunks().0) {
        *pixel = u16::from_le_bytes(*bytes);
    }
}

/// Copies little-endian pixels other than `key`.
pub(crate) fn copy_pixels_except(to: &mut [u16], from: &[u8], key: u16) {
    for (pixel, bytes) in to.iter_mut().zip(from.as_chunks().0) {
        let color = u16::from_le_bytes(*bytes);
        // Branch-free, so that the compiler vectorises the loop.
        *pixel = if color == key { *pixel } else { color };
    }
}
