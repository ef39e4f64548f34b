//! The words of the flash in the PSRAM.

use core::ops::Range;
use core::ptr;

use super::FLASH_BYTES;

/// Base address of the board's PSRAM (Arm's application note AN386, table 3-1). No linker script uses it, so it belongs
/// to the flash alone, and nothing clears it at a reset.
const BASE: usize = 0x2100_0000;

/// Reads a word.
pub(super) fn read(at: u32) -> u32 {
    // SAFETY: an aligned word within the flash, which is always mapped. No Rust object lies there.
    unsafe { word(at).read_volatile() }
}

/// Writes a word.
pub(super) fn write(at: u32, value: u32) {
    // SAFETY: as in `read`. The holder of a reference to bytes of the flash makes sure that they
    // are not erased while it holds them.
    unsafe { word(at).write_volatile(value) }
}

/// Returns the bytes of a range, limited to the end of the flash.
pub(super) fn bytes(range: Range<u32>) -> &'static [u8] {
    let start = range.start.min(FLASH_BYTES);
    let length = range.end.min(FLASH_BYTES).saturating_sub(start);
    let first = ptr::with_exposed_provenance::<u8>(BASE + start as usize);
    // SAFETY: the bytes lie within the flash, which is always mapped. They change only when they are erased or
    // programmed: the store does so only where no image lies, and the library permits a write only when no `Image` of
    // the old content is left.
    unsafe { core::slice::from_raw_parts(first, length as usize) }
}

/// Returns the address of a word; the address of the last word if `at` lies beyond the end.
fn word(at: u32) -> *mut u32 {
    let at = (at & !3).min(FLASH_BYTES - 4);
    ptr::with_exposed_provenance_mut(BASE + at as usize)
}
