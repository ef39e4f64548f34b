//! Ranges of a flash, checked: what a driver of one does first in every operation.
//!
//! `embedded-storage` has these checks for flashes that block only.

use core::ops::Range;
use embedded_storage_async::nor_flash::{NorFlash, NorFlashErrorKind, ReadNorFlash};

/// Returns the range of a read.
///
/// # Errors
///
/// [`NorFlashErrorKind::NotAligned`] if it does not begin and end at units of a read, else
/// [`NorFlashErrorKind::OutOfBounds`] if it lies beyond the flash.
pub fn check_read<F: ReadNorFlash>(
    flash: &F,
    offset: u32,
    length: usize,
) -> Result<Range<u32>, NorFlashErrorKind> {
    check(flash, offset, length, F::READ_SIZE)
}

/// Returns the range of a write.
///
/// # Errors
///
/// As [`check_read`], in units of a write.
pub fn check_write<F: NorFlash>(
    flash: &F,
    offset: u32,
    length: usize,
) -> Result<Range<u32>, NorFlashErrorKind> {
    check(flash, offset, length, F::WRITE_SIZE)
}

/// Returns the range of an erase.
///
/// # Errors
///
/// As [`check_read`], in units of an erase.
pub fn check_erase<F: NorFlash>(
    flash: &F,
    from: u32,
    to: u32,
) -> Result<Range<u32>, NorFlashErrorKind> {
    let length = to.checked_sub(from).ok_or(NorFlashErrorKind::OutOfBounds)?;
    check(flash, from, length as usize, F::ERASE_SIZE)
}

fn check<F: ReadNorFlash>(
    flash: &F,
    offset: u32,
    length: usize,
    unit: usize,
) -> Result<Range<u32>, NorFlashErrorKind> {
    if !(offset as usize).is_multiple_of(unit) || !length.is_multiple_of(unit) {
        return Err(NorFlashErrorKind::NotAligned);
    }
    let end = u32::try_from(length)
        .ok()
        .and_then(|length| offset.checked_add(length));
    match end {
        Some(end) if end as usize <= flash.capacity() => Ok(offset..end),
        _ => Err(NorFlashErrorKind::OutOfBounds),
    }
}
