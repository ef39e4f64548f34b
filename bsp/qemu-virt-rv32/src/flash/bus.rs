//! The words of the flash, where the machine maps them.

use core::ptr;

use super::FLASH_BYTES;

/// Where the flash is mapped (QEMU, hw/riscv/virt.c: the upper half of `VIRT_FLASH`).
const BASE: usize = 0x2200_0000;

/// Reads a word: of the array, or what the last command lets the chips answer.
pub(super) fn read(at: u32) -> u32 {
    // SAFETY: an aligned word within the flash, which the machine always has. It is no memory of Rust's.
    unsafe { word(at).read_volatile() }
}

/// Gives the chips a command, or a word to program.
pub(super) fn write(at: u32, value: u32) {
    // SAFETY: as in `read`. Whoever refers to bytes of the flash makes sure that they are not erased meanwhile.
    unsafe { word(at).write_volatile(value) }
}

/// Copies from the array; what lies beyond its end is left out.
pub(super) fn copy(at: u32, to: &mut [u8]) {
    let room = FLASH_BYTES.saturating_sub(at) as usize;
    let length = to.len().min(room);
    let from = ptr::with_exposed_provenance::<u8>(BASE + at as usize);
    // SAFETY: the bytes lie within the flash, which is mapped; `to` is RAM, so they do not overlap.
    unsafe { ptr::copy_nonoverlapping(from, to.as_mut_ptr(), length) }
}

/// Returns bytes of the array; what lies beyond its end is left out.
pub(super) fn bytes(at: u32, length: u32) -> &'static [u8] {
    let length = length.min(FLASH_BYTES.saturating_sub(at)) as usize;
    let start = ptr::with_exposed_provenance::<u8>(BASE + at as usize);
    // SAFETY: the bytes lie within the flash, which is mapped for ever. They change only when they are erased or
    // programmed: the store does so where no image is, and the library lets it write to a place when no `Image` of what
    // lay there is left. While a command is carried out no code runs that could look at them.
    unsafe { core::slice::from_raw_parts(start, length) }
}

/// Returns where a word is; beyond the end, the last one.
fn word(at: u32) -> *mut u32 {
    let at = (at & !3).min(FLASH_BYTES - 4);
    ptr::with_exposed_provenance_mut(BASE + at as usize)
}
