use crate::memory::{Counted, OutOfBounds, end_of, range, tail};
use crate::search;

/// Returns the length of a string.
///
/// # Errors
///
/// [`OutOfBounds`] if the string does not end inside memory.
pub fn strlen(memory: &[u8], string: u32) -> Result<Counted<u32>, OutOfBounds> {
    let len = text(memory, string)?.len();
    Ok(Counted::new(len as u32, len + 1))
}

/// Compares two strings. Returns a negative value, 0 or a positive value if the first is less than,
/// equal to or greater than the second.
///
/// # Errors
///
/// [`OutOfBounds`] if the comparison reaches the end of memory.
pub fn strcmp(memory: &[u8], a: u32, b: u32) -> Result<Counted<i32>, OutOfBounds> {
    compare(memory, a, b, u32::MAX, |byte| byte)
}

/// Compares at most `len` bytes of two strings. Returns a negative value, 0 or a positive value if
/// the first is less than, equal to or greater than the second.
///
/// # Errors
///
/// [`OutOfBounds`] if the comparison reaches the end of memory.
pub fn strncmp(memory: &[u8], a: u32, b: u32, len: u32) -> Result<Counted<i32>, OutOfBounds> {
    compare(memory, a, b, len, |byte| byte)
}

/// Compares at most `len` bytes of two strings, ignoring the case of ASCII letters. The value is
/// negative, 0 or positive.
///
/// # Errors
///
/// [`OutOfBounds`] if the comparison reaches the end of memory.
pub fn strncasecmp(memory: &[u8], a: u32, b: u32, len: u32) -> Result<Counted<i32>, OutOfBounds> {
    compare(memory, a, b, len, |byte| byte.to_ascii_lowercase())
}

/// Copies a string with its NUL. Source and target may overlap. Returns `to`.
///
/// # Errors
///
/// [`OutOfBounds`] if one of the strings is not within memory; nothing is written in this case.
pub fn strcpy(memory: &mut [u8], to: u32, from: u32) -> Result<Counted<u32>, OutOfBounds> {
    let len = text(memory, from)?.len() + 1;
    let target = range(memory, to, len)?;
    let source = from as usize;
    memory.copy_within(source..source + len, target.start);
    Ok(Counted::new(to, 2 * len))
}

/// Copies at most `len` bytes of a string and fills the rest of `len` with NULs. Returns `to`.
///
/// As in C, a string of `len` bytes or more gets no NUL.
///
/// # Errors
///
/// [`OutOfBounds`] if `len` bytes at `to`, or the part of `from` to be read, leave memory; nothing
/// is written in this case.
pub fn strncpy(
    memory: &mut [u8],
    to: u32,
    from: u32,
    len: u32,
) -> Result<Counted<u32>, OutOfBounds> {
    let target = range(memory, to, len as usize)?;
    let copied = bounded(memory, from, len)?.len();
    let source = from as usize;
    memory.copy_within(source..source + copied, target.start);
    memory[target.start + copied..target.end].fill(0);
    Ok(Counted::new(to, copied + target.len()))
}

/// Finds the low byte of `byte` in a string, including its NUL. Returns its address, or 0 if it
/// does not occur.
///
/// # Errors
///
/// [`OutOfBounds`] if the search reaches the end of memory.
pub fn strchr(memory: &[u8], string: u32, byte: i32) -> Result<Counted<u32>, OutOfBounds> {
    let wanted = byte as u8;
    let tail = tail(memory, string)?;
    let end = tail.iter().position(|b| *b == wanted || *b == 0);
    let at = end.ok_or(OutOfBounds)?;
    let found = tail[at] == wanted;
    let address = if found { string + at as u32 } else { 0 };
    Ok(Counted::new(address, at + 1))
}

/// Returns the length of the initial segment of a string whose bytes are all in `set`.
///
/// # Errors
///
/// [`OutOfBounds`] if either string does not end inside memory.
pub fn strspn(memory: &[u8], string: u32, set: u32) -> Result<Counted<u32>, OutOfBounds> {
    span(memory, string, set, true)
}

/// Returns the length of the initial segment of a string without any byte in `set`.
///
/// # Errors
///
/// [`OutOfBounds`] if either string does not end inside memory.
pub fn strcspn(memory: &[u8], string: u32, set: u32) -> Result<Counted<u32>, OutOfBounds> {
    span(memory, string, set, false)
}

/// Finds the first occurrence of `needle` in `haystack`, in linear time. The value is its address,
/// or 0.
///
/// # Errors
///
/// [`OutOfBounds`] if either string does not end inside memory.
pub fn strstr(memory: &[u8], haystack: u32, needle: u32) -> Result<Counted<u32>, OutOfBounds> {
    let (text, wanted) = (text(memory, haystack)?, text(memory, needle)?);
    let address = search::find(text, wanted).map_or(0, |at| haystack + at as u32);
    Ok(Counted::new(address, text.len() + wanted.len() + 2))
}

/// Returns a string without its NUL.
fn text(memory: &[u8], string: u32) -> Result<&[u8], OutOfBounds> {
    let tail = tail(memory, string)?;
    let len = end_of(tail).ok_or(OutOfBounds)?;
    Ok(&tail[..len])
}

/// Returns the first `len` bytes of a string, or the whole string without its NUL if it is shorter.
fn bounded(memory: &[u8], string: u32, len: u32) -> Result<&[u8], OutOfBounds> {
    let tail = tail(memory, string)?;
    let len = len as usize;
    let readable = &tail[..len.min(tail.len())];
    match readable.iter().position(|b| *b == 0) {
        Some(end) => Ok(&readable[..end]),
        None if len > tail.len() => Err(OutOfBounds),
        None => Ok(readable),
    }
}

pub(crate) fn compare(
    memory: &[u8],
    a: u32,
    b: u32,
    len: u32,
    key: impl Fn(u8) -> u8,
) -> Result<Counted<i32>, OutOfBounds> {
    let (a, b) = (tail(memory, a)?, tail(memory, b)?);
    let len = len as usize;
    let pairs = a.iter().zip(b).take(len);
    for (at, (x, y)) in pairs.enumerate() {
        let (x, y) = (key(*x), key(*y));
        if x != y || x == 0 {
            return Ok(Counted::new(i32::from(x) - i32::from(y), at + 1));
        }
    }
    match len > a.len().min(b.len()) {
        true => Err(OutOfBounds),
        false => Ok(Counted::new(0, len)),
    }
}

fn span(memory: &[u8], string: u32, set: u32, wanted: bool) -> Result<Counted<u32>, OutOfBounds> {
    let (text, set) = (text(memory, string)?, text(memory, set)?);
    let mut members = [false; 256];
    for byte in set {
        members[usize::from(*byte)] = true;
    }
    let end = |byte: &u8| members[usize::from(*byte)] != wanted;
    let len = text.iter().position(end).unwrap_or(text.len());
    Ok(Counted::new(len as u32, text.len() + set.len() + 2))
}
