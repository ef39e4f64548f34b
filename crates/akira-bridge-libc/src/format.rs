//! The `printf` family (C11 7.21.6.1) with the types of wasm32.

mod arguments;
mod decimal;
mod float;
mod hexadecimal;
mod integer;
mod output;
mod printer;
mod spec;

use crate::memory::{Counted, OutOfBounds, put};
use crate::parts::State;
use output::{Guest, Host, Target};
use printer::Printer;

/// Maximum work of one call, in bytes of the format and of the output.
///
/// A call that needs more stops at this limit and returns -1, like a C library that cannot
/// represent the length.
pub const MAX_WORK: u32 = 65_536;

/// Work after which a part ends, so that other tasks can run.
const PART_WORK: u32 = 2_500;

/// Prints to `out`, byte by byte. Returns the number of bytes, or -1 above [`MAX_WORK`].
///
/// `arguments` is the address of the variable arguments. clang passes the same address for `...`
/// and for a `va_list`, so this function also implements `vprintf`.
///
/// # Errors
///
/// [`OutOfBounds`] if the format, an argument or a string is not within memory; the output before
/// that point has already been printed.
pub fn printf(
    memory: &[u8],
    format: u32,
    arguments: u32,
    mut out: impl FnMut(u8),
) -> Result<Counted<i32>, OutOfBounds> {
    let mut out = |bytes: &[u8]| {
        bytes.iter().for_each(|byte| out(*byte));
        (bytes.len() as u32, 0)
    };
    whole(|state| printf_part(memory, format, arguments, state, &mut out))
}

/// Prints a string to address `to`. Returns the number of bytes before the NUL, or -1 above
/// [`MAX_WORK`].
///
/// # Errors
///
/// [`OutOfBounds`] if the format, an argument, a string or the output is not within memory.
pub fn sprintf(
    memory: &mut [u8],
    to: u32,
    format: u32,
    arguments: u32,
) -> Result<Counted<i32>, OutOfBounds> {
    snprintf(memory, to, u32::MAX, format, arguments)
}

/// Prints a string of at most `size` bytes, including its NUL, to address `to`.
///
/// Returns the number of bytes that the string would have before the NUL if `size` were large
/// enough, or -1 above [`MAX_WORK`].
///
/// # Errors
///
/// [`OutOfBounds`] if the format, an argument, a string or the written output is not within memory.
pub fn snprintf(
    memory: &mut [u8],
    to: u32,
    size: u32,
    format: u32,
    arguments: u32,
) -> Result<Counted<i32>, OutOfBounds> {
    whole(|state| snprintf_part(memory, (to, size), format, arguments, state))
}

/// Runs one part of a [`printf`] call, beginning at `state`. The last part returns the value. `out`
/// returns how many of the bytes it accepts, at least one, and its work in addition to their
/// number.
///
/// # Errors
///
/// The errors of [`printf`].
pub fn printf_part(
    memory: &[u8],
    format: u32,
    arguments: u32,
    state: &mut State,
    out: impl FnMut(&[u8]) -> (u32, u32),
) -> Result<Counted<Option<i32>>, OutOfBounds> {
    let mut printer = Printer::new(Host { memory, out }, format, arguments, *state);
    part(&mut printer, state)
}

/// Runs one part of an [`snprintf`] call, beginning at `state`. The last part returns the value.
/// The second argument is the address and the size of the buffer.
///
/// # Errors
///
/// The errors of [`snprintf`].
pub fn snprintf_part(
    memory: &mut [u8],
    (to, size): (u32, u32),
    format: u32,
    arguments: u32,
    state: &mut State,
) -> Result<Counted<Option<i32>>, OutOfBounds> {
    let room = size.saturating_sub(1);
    let target = Guest { memory, to, room };
    let mut printer = Printer::new(target, format, arguments, *state);
    let printed = part(&mut printer, state)?;
    if size > 0 && printed.value.is_some() {
        let end = printer.len().min(room);
        let at = to.checked_add(end).ok_or(OutOfBounds)?;
        put(printer.target().memory_mut(), at, 0)?;
    }
    Ok(printed)
}

/// Runs one part of a `puts` call, which prints a string and a newline. `state` and `out` are those
/// of [`printf_part`].
///
/// # Errors
///
/// [`OutOfBounds`] if the string does not end inside memory.
pub fn puts_part(
    memory: &[u8],
    string: u32,
    state: &mut State,
    mut out: impl FnMut(&[u8]) -> (u32, u32),
) -> Result<Counted<Option<i32>>, OutOfBounds> {
    let mut work = 0_u32;
    while work < PART_WORK {
        let at = string.checked_add(state[0]).ok_or(OutOfBounds)?;
        let rest = crate::memory::tail(memory, at)?;
        let piece = rest.get(..PIECE).unwrap_or(rest);
        let end = piece.iter().position(|byte| *byte == 0);
        let text = &piece[..end.unwrap_or(piece.len())];
        let (taken, more) = match (text, end) {
            ([], Some(_)) => {
                let (_, more) = out(b"\n");
                let (value, work) = (Some(0), work.saturating_add(more));
                return Ok(Counted { value, work });
            }
            ([], None) => return Err(OutOfBounds),
            (text, _) => out(text),
        };
        state[0] += taken;
        work = work.saturating_add(taken).saturating_add(more);
    }
    Ok(Counted { value: None, work })
}

/// Number of bytes in which `puts` searches for the NUL before it writes them.
const PIECE: usize = 64;

fn part<T: Target>(
    printer: &mut Printer<T>,
    state: &mut State,
) -> Result<Counted<Option<i32>>, OutOfBounds> {
    let printed = printer.run()?;
    *state = printer.state();
    Ok(printed)
}

/// Runs all parts of a call in order.
fn whole(
    mut part: impl FnMut(&mut State) -> Result<Counted<Option<i32>>, OutOfBounds>,
) -> Result<Counted<i32>, OutOfBounds> {
    let (mut state, mut all) = (State::default(), 0_u32);
    loop {
        let Counted { value, work } = part(&mut state)?;
        all = all.saturating_add(work);
        if let Some(value) = value {
            return Ok(Counted { value, work: all });
        }
    }
}
