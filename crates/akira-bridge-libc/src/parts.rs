//! Functions whose work grows with their input, split into parts, so that a call on a megabyte does
//! not block other tasks until it completes.
//!
//! Each call runs one part, beginning at a [`State`]. The first state is all zeros. The last part
//! returns the value of the function. Between parts, the app must not change the memory.

use crate::ctype::isspace;
use crate::memory::{Counted, OutOfBounds, end_of, range, tail};
use crate::{number, search, string};

/// Progress of a function.
pub type State = [u32; 4];

/// Result of one part: the value of the function if this was the last part, and the work of the
/// part.
pub type Part<T> = Result<Counted<Option<T>>, OutOfBounds>;

/// Maximum number of bytes that a part copies or fills.
pub const PART: u32 = 4 << 10;

/// Maximum number of bytes that a part examines one by one.
const LOOKED_AT: u32 = 1 << 10;

/// Work of comparing one pair of bytes.
const PAIR_WORK: u32 = 10;

/// Maximum length in bytes of the needle of `strstr` and of the set of `strspn` and `strcspn`. A
/// longer string is treated as unterminated.
pub const MAX_WANTED: usize = 512;

/// Fills `len` bytes at `to`. Returns `to`.
///
/// # Errors
///
/// [`OutOfBounds`] if the range is not within memory.
pub fn memset(memory: &mut [u8], [to, byte, len]: [u32; 3], state: &mut State) -> Part<u32> {
    let (at, piece) = next(to, len, PART, state)?;
    crate::memset(memory, at, byte as i32, piece)?;
    advance(state, piece, len, to)
}

/// Copies `len` bytes. The ranges may overlap. Returns `to`.
///
/// # Errors
///
/// [`OutOfBounds`] if one of the ranges is not within memory.
pub fn memmove(memory: &mut [u8], [to, from, len]: [u32; 3], state: &mut State) -> Part<u32> {
    let piece = (len - state[0]).min(PART);
    // The ranges may overlap, so the parts are copied from the end if the target is above the
    // source.
    let offset = match to <= from {
        true => state[0],
        false => len - state[0] - piece,
    };
    let (to_piece, from) = (offset_by(to, offset)?, offset_by(from, offset)?);
    crate::memmove(memory, to_piece, from, piece)?;
    advance(state, piece, len, to)
}

/// Compares `len` bytes. Returns a negative value, 0 or a positive value if the first is less than,
/// equal to or greater than the second.
///
/// # Errors
///
/// [`OutOfBounds`] if one of the ranges is not within memory.
pub fn memcmp(memory: &[u8], [a, b, len]: [u32; 3], state: &mut State) -> Part<i32> {
    let (a, piece) = next(a, len, LOOKED_AT, state)?;
    let b = offset_by(b, state[0])?;
    match crate::memcmp(memory, a, b, piece)? {
        Counted { value: 0, .. } => Ok(advance(state, piece, len, 0)?.times(3)),
        different => done(different.value, 3 * different.work),
    }
}

/// Finds a byte in `len` bytes. Returns its address, or 0 if it does not occur.
///
/// # Errors
///
/// [`OutOfBounds`] if the search reaches the end of memory.
pub fn memchr(memory: &[u8], [from, byte, len]: [u32; 3], state: &mut State) -> Part<u32> {
    let (at, piece) = next(from, len, LOOKED_AT, state)?;
    match crate::memchr(memory, at, byte as i32, piece)? {
        Counted { value: 0, .. } => Ok(advance(state, piece, len, 0)?.times(3)),
        found => done(found.value, 3 * found.work),
    }
}

/// Returns the length of a string.
///
/// # Errors
///
/// [`OutOfBounds`] if the string does not end inside memory.
pub fn strlen(memory: &[u8], [from]: [u32; 1], state: &mut State) -> Part<u32> {
    let piece = text(memory, from, state)?;
    match end_of(piece) {
        Some(end) => done(state[0] + end as u32, 3 * end as u32),
        None => searched(state, piece.len()),
    }
}

/// Finds a byte in a string, including its NUL. Returns its address, or 0 if it does not occur.
///
/// # Errors
///
/// [`OutOfBounds`] if the search reaches the end of memory.
pub fn strchr(memory: &[u8], [from, wanted]: [u32; 2], state: &mut State) -> Part<u32> {
    let wanted = wanted as u8;
    let piece = text(memory, from, state)?;
    let end = piece.iter().position(|byte| *byte == wanted || *byte == 0);
    match end {
        Some(end) if piece[end] == wanted => done(from + state[0] + end as u32, 3 * end as u32),
        Some(end) => done(0, 3 * end as u32),
        None => searched(state, piece.len()),
    }
}

/// Compares at most `len` bytes of two strings, each byte mapped by `key`.
///
/// # Errors
///
/// [`OutOfBounds`] if the comparison reaches the end of memory.
pub fn compare(
    memory: &[u8],
    [a, b, len]: [u32; 3],
    key: impl Fn(u8) -> u8,
    state: &mut State,
) -> Part<i32> {
    let (at, piece) = next(a, len, LOOKED_AT / 2, state)?;
    let b = offset_by(b, state[0])?;
    let compared = string::compare(memory, at, b, piece, key)?;
    let work = compared.work.saturating_mul(PAIR_WORK);
    let last = memory.get((at as usize + compared.work as usize).saturating_sub(1));
    match compared.value {
        0 if compared.work == piece && piece > 0 && last != Some(&0) => {
            Ok(advance(state, piece, len, 0)?.times(PAIR_WORK))
        }
        value => done(value, work),
    }
}

/// Copies a string with its NUL. Returns `to`.
///
/// # Errors
///
/// [`OutOfBounds`] if one of the strings is not within memory.
pub fn strcpy(memory: &mut [u8], [to, from]: [u32; 2], state: &mut State) -> Part<u32> {
    let piece = text(memory, from, state)?;
    let end = end_of(piece);
    let len = end.map_or(piece.len(), |end| end + 1) as u32;
    let (target, from) = (offset_by(to, state[0])?, offset_by(from, state[0])?);
    crate::memmove(memory, target, from, len)?;
    match end {
        Some(_) => done(to, 3 * len),
        None => Ok(advance(state, len, u32::MAX, 0)?.times(3)),
    }
}

/// Copies at most `len` bytes of a string and fills the rest of `len` with NULs. Returns `to`.
///
/// # Errors
///
/// [`OutOfBounds`] if `len` bytes at `to`, or the part of `from` to be read, leave memory.
pub fn strncpy(memory: &mut [u8], [to, from, len]: [u32; 3], state: &mut State) -> Part<u32> {
    let (target, piece) = next(to, len, LOOKED_AT, state)?;
    if state[1] == 0 {
        let from = offset_by(from, state[0])?;
        crate::strncpy(memory, target, from, piece)?;
        let copied = range(memory, target, piece as usize)?;
        state[1] = u32::from(memory[copied].contains(&0));
    } else {
        crate::memset(memory, target, 0, piece)?;
    }
    Ok(advance(state, piece, len, to)?.times(3))
}

/// Returns the length of the initial segment of a string whose bytes are all in `set` or, if
/// `wanted` is false, all outside `set`.
///
/// # Errors
///
/// [`OutOfBounds`] if either string does not end inside memory, or `set` is longer than
/// [`MAX_WANTED`].
pub fn span(memory: &[u8], [from, set]: [u32; 2], wanted: bool, state: &mut State) -> Part<u32> {
    let set = wanted_text(memory, set)?;
    let mut members = [false; 256];
    for byte in set {
        members[usize::from(*byte)] = true;
    }
    let piece = text(memory, from, state)?;
    let end = |byte: &u8| *byte == 0 || members[usize::from(*byte)] != wanted;
    match piece.iter().position(end) {
        Some(end) => done(
            state[0] + end as u32,
            3 * end as u32 + 2 * set.len() as u32 + 64,
        ),
        None => searched(state, piece.len()).map(|part| part.plus(2 * set.len() as u32 + 64)),
    }
}

/// Finds the first occurrence of one string in another. Returns its address, or 0 if it does not
/// occur.
///
/// # Errors
///
/// [`OutOfBounds`] if either string does not end inside memory, or the string to find is longer
/// than [`MAX_WANTED`].
pub fn strstr(memory: &[u8], [from, wanted]: [u32; 2], state: &mut State) -> Part<u32> {
    let wanted = wanted_text(memory, wanted)?;
    let rest = text(memory, from, state)?;
    let at = offset_by(from, state[0])? as usize;
    let step = rest.len().min(LOOKED_AT as usize / 2);
    let window = &memory[at..memory.len().min(at + step + wanted.len())];
    let end = end_of(window);
    let window = &window[..end.unwrap_or(window.len())];
    let work = 9 * window.len() as u32 + 18 * wanted.len() as u32;
    match search::find(window, wanted) {
        Some(found) => done((at + found) as u32, work),
        None if end.is_some() => done(0, work),
        None => {
            state[0] += step as u32;
            Ok(Counted { value: None, work })
        }
    }
}

/// Parses a number, as `strtol` does.
///
/// # Errors
///
/// [`OutOfBounds`] if the string has no end of the number within memory, the number has more than
/// [`MAX_DIGITS`](crate::MAX_DIGITS) digits, or `end` is outside memory.
pub fn strtol(memory: &mut [u8], arguments: [u32; 3], state: &mut State) -> Part<i32> {
    parse(memory, arguments, state, number::Number::signed)
}

/// Parses an unsigned number, as `strtoul` does.
///
/// # Errors
///
/// The errors of [`strtol`].
pub fn strtoul(memory: &mut [u8], arguments: [u32; 3], state: &mut State) -> Part<u32> {
    parse(memory, arguments, state, number::Number::unsigned)
}

fn parse<T>(
    memory: &mut [u8],
    [from, end, base]: [u32; 3],
    state: &mut State,
    value: fn(&number::Number) -> T,
) -> Part<T> {
    let piece = text(memory, from, state)?;
    let blanks = piece.iter().take_while(|byte| isspace((**byte).into()));
    let blanks = blanks.count() as u32;
    state[0] += blanks;
    if blanks as usize == piece.len() {
        let work = 3 * blanks;
        return Ok(Counted { value: None, work });
    }
    let number = number::number(memory, from, end, (state[0], base as i32))?;
    let read = u32::try_from(number.read).unwrap_or(u32::MAX);
    done(value(&number), 3 * blanks + 4 * read)
}

/// Returns the next bytes of a string, at least one.
fn text<'m>(memory: &'m [u8], from: u32, state: &State) -> Result<&'m [u8], OutOfBounds> {
    let rest = tail(memory, offset_by(from, state[0])?)?;
    match rest.get(..LOOKED_AT as usize).unwrap_or(rest) {
        [] => Err(OutOfBounds),
        piece => Ok(piece),
    }
}

/// Returns a string of at most [`MAX_WANTED`] bytes, without its NUL.
fn wanted_text(memory: &[u8], at: u32) -> Result<&[u8], OutOfBounds> {
    let rest = tail(memory, at)?;
    let rest = rest.get(..=MAX_WANTED).unwrap_or(rest);
    Ok(&rest[..end_of(rest).ok_or(OutOfBounds)?])
}

fn offset_by(at: u32, offset: u32) -> Result<u32, OutOfBounds> {
    at.checked_add(offset).ok_or(OutOfBounds)
}

/// Returns the start and the length of the next piece of `len` bytes. The length is at most `part`.
fn next(at: u32, len: u32, part: u32, state: &State) -> Result<(u32, u32), OutOfBounds> {
    Ok((offset_by(at, state[0])?, (len - state[0]).min(part)))
}

fn done<T>(value: T, work: u32) -> Part<T> {
    let value = Some(value);
    Ok(Counted { value, work })
}

/// Records that a piece was searched and contains no end.
fn searched<T>(state: &mut State, piece: usize) -> Part<T> {
    state[0] += piece as u32;
    Ok(Counted {
        value: None,
        work: 3 * piece as u32,
    })
}

/// Records that a piece of length `piece` is done. Returns the value if it was the last one.
fn advance<T>(state: &mut State, piece: u32, len: u32, value: T) -> Part<T> {
    state[0] += piece;
    Ok(Counted {
        value: (state[0] >= len).then_some(value),
        work: piece,
    })
}
