//! Access to the words of the memory-mapped flash.

use core::ptr;

use super::FLASH_BYTES;

/// Base address of the flash (QEMU, hw/riscv/virt.c: the upper half of `VIRT_FLASH`).
const BASE: usize = 0x2200_0000;

/// Reads a word: of the array, or the chips' answer to the last command.
pub(super) fn read(at: u32) -> u32 {
    // SAFETY: an aligned word within the flash, which the machine always has. No Rust object lies
    // there.
    unsafe { word(at).read_volatile() }
}

/// Writes a command, or a word to program, to the chips.
pub(super) fn write(at: u32, value: u32) {
    // SAFETY: as in `read`. The holder of a reference to bytes of the flash makes sure that they
    // are not erased while it holds them.
    unsafe { word(at).write_volatile(value) }
}

/// Copies bytes of the flash, up to its end.
pub(super) fn copy(at: u32, to: &mut [u8]) {
    let room = FLASH_BYTES.saturating_sub(at) as usize;
    let length = to.len().min(room);
    let from = ptr::with_exposed_provenance::<u8>(BASE + at as usize);
    // SAFETY: the bytes lie within the flash, which is mapped; `to` is RAM, so they do not overlap.
    unsafe { ptr::copy_nonoverlapping(from, to.as_mut_ptr(), length) }
}

/// Returns the bytes of a range, limited to the end of the flash.
pub(super) fn bytes(at: u32, length: u32) -> &'static [u8] {
    let length = length.min(FLASH_BYTES.saturating_sub(at)) as usize;
    let start = ptr::with_exposed_provenance::<u8>(BASE + at as usize);
    // SAFETY: the bytes lie within the flash, which is always mapped. They change only when they are erased or
    // programmed: the store does so only where no image lies, and the library permits a write only when no `Image` of
    // the old content is left. While the chips execute a command, no code runs that could read them.
    unsafe { core::slice::from_raw_parts(start, length) }
}

/// Returns the address of a word; the address of the last word if `at` lies beyond the end.
fn word(at: u32) -> *mut u32 {
    let at = (at & !3).min(FLASH_BYTES - 4);
    ptr::with_exposed_provenance_mut(BASE + at as usize)
}
