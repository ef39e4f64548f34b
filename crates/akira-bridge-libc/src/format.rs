//! `printf` and its kin (C11 7.21.6.1) with the types of wasm32.

mod arguments;
mod float;
mod integer;
mod output;
mod printer;
mod spec;

use crate::memory::{Counted, OutOfBounds, put};
use output::{Guest, Host};
use printer::Printer;

/// The most work of one call: bytes of the format and of the output, and 256 and the precision for each `double`.
///
/// A call that needs more ends there and its value is -1, as of a C library that cannot represent the length.
pub const MAX_WORK: u32 = 65_536;

/// Prints to `out`, byte by byte. The value is the number of bytes, or -1 beyond [`MAX_WORK`].
///
/// `arguments` is the address of the variable arguments, what clang passes and what a `va_list` is; so this is
/// `vprintf` too.
///
/// # Errors
///
/// [`OutOfBounds`] if the format, an argument or a string leaves memory; what came before has been printed.
pub fn printf(
    memory: &[u8],
    format: u32,
    arguments: u32,
    out: impl FnMut(u8),
) -> Result<Counted<i32>, OutOfBounds> {
    let mut printer = Printer::new(Host { memory, out }, format, arguments);
    printer.run()
}

/// Prints a string to `to`. The value is the number of bytes before the NUL, or -1 beyond [`MAX_WORK`].
///
/// # Errors
///
/// [`OutOfBounds`] if the format, an argument, a string or the output leaves memory.
pub fn sprintf(
    memory: &mut [u8],
    to: u32,
    format: u32,
    arguments: u32,
) -> Result<Counted<i32>, OutOfBounds> {
    snprintf(memory, to, u32::MAX, format, arguments)
}

/// Prints a string of at most `size` bytes, its NUL included, to `to`.
///
/// The value is the number of bytes that it would have before the NUL if `size` were large enough, or -1 beyond
/// [`MAX_WORK`].
///
/// # Errors
///
/// [`OutOfBounds`] if the format, an argument, a string or what is written leaves memory.
pub fn snprintf(
    memory: &mut [u8],
    to: u32,
    size: u32,
    format: u32,
    arguments: u32,
) -> Result<Counted<i32>, OutOfBounds> {
    let room = size.saturating_sub(1);
    let mut printer = Printer::new(Guest { memory, to, room }, format, arguments);
    let printed = printer.run()?;
    if size > 0 {
        let end = printer.len().min(room);
        let at = to.checked_add(end).ok_or(OutOfBounds)?;
        put(printer.target().memory_mut(), at, 0)?;
    }
    Ok(printed)
}
