//! Range checks for the operations of a flash driver.
//!
//! `embedded-storage` has these checks for blocking flash drivers only.

use core::ops::Range;
use embedded_storage_async::nor_flash::{NorFlash, NorFlashErrorKind, ReadNorFlash};

/// Checks a read of `length` bytes at `offset`, and returns its address range.
///
/// # Errors
///
/// [`NorFlashErrorKind::NotAligned`] if `offset` or `length` is not a multiple of the read size,
/// otherwise [`NorFlashErrorKind::OutOfBounds`] if the range exceeds the flash.
pub fn check_read<F: ReadNorFlash>(
    flash: &F,
    offset: u32,
    length: usize,
) -> Result<Range<u32>, NorFlashErrorKind> {
    check(flash, offset, length, F::READ_SIZE)
}

/// Checks a write of `length` bytes at `offset`, and returns its address range.
///
/// # Errors
///
/// [`NorFlashErrorKind::NotAligned`] if `offset` or `length` is not a multiple of the write size,
/// otherwise [`NorFlashErrorKind::OutOfBounds`] if the range exceeds the flash.
pub fn check_write<F: NorFlash>(
    flash: &F,
    offset: u32,
    length: usize,
) -> Result<Range<u32>, NorFlashErrorKind> {
    check(flash, offset, length, F::WRITE_SIZE)
}

/// Checks an erase from address `from` to address `to` (exclusive), and returns its address range.
///
/// # Errors
///
/// [`NorFlashErrorKind::NotAligned`] if an address is not a multiple of the erase size,
/// [`NorFlashErrorKind::OutOfBounds`] if the range exceeds the flash or `to` is below `from`.
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
