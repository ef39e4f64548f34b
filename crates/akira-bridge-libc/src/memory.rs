use akira_abi::Errno;
use core::ffi::CStr;
use core::fmt;
use core::ops::Range;

/// Error: an address lies outside the app's linear memory, or a string does not end inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfBounds;

impl fmt::Display for OutOfBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("out of bounds memory access")
    }
}

impl core::error::Error for OutOfBounds {}

impl From<OutOfBounds> for Errno {
    fn from(_: OutOfBounds) -> Self {
        Self::EFAULT
    }
}

/// Result of a function, and its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted<T> {
    /// Value that the C function returns.
    pub value: T,
    /// Approximate number of bytes read and written.
    pub work: u32,
}

impl<T> Counted<T> {
    pub(crate) fn new(value: T, work: usize) -> Self {
        let work = u32::try_from(work).unwrap_or(u32::MAX);
        Self { value, work }
    }

    /// Multiplies the work.
    pub(crate) fn times(self, times: u32) -> Self {
        let work = self.work.saturating_mul(times);
        Self { work, ..self }
    }

    /// Adds work.
    pub(crate) fn plus(self, more: u32) -> Self {
        let work = self.work.saturating_add(more);
        Self { work, ..self }
    }
}

/// Compares the `len` bytes at `a` with those at `b`. Returns a negative value, 0 or a positive
/// value if the bytes at `a` sort before, equal or sort after those at `b`.
///
/// # Errors
///
/// [`OutOfBounds`] if one of the ranges is not within memory.
pub fn memcmp(memory: &[u8], a: u32, b: u32, len: u32) -> Result<Counted<i32>, OutOfBounds> {
    let pairs = bytes(memory, a, len)?.iter().zip(bytes(memory, b, len)?);
    let mut work = 0;
    for (a, b) in pairs {
        work += 1;
        if a != b {
            return Ok(Counted::new(i32::from(*a) - i32::from(*b), work));
        }
    }
    Ok(Counted::new(0, work))
}

/// Copies `len` bytes. The ranges may overlap, so this function also implements `memcpy`. The value
/// is `to`.
///
/// # Errors
///
/// [`OutOfBounds`] if one of the ranges is not within memory; nothing is written in this case.
pub fn memmove(
    memory: &mut [u8],
    to: u32,
    from: u32,
    len: u32,
) -> Result<Counted<u32>, OutOfBounds> {
    let target = range(memory, to, len as usize)?;
    let source = range(memory, from, len as usize)?;
    memory.copy_within(source, target.start);
    Ok(Counted::new(to, target.len()))
}

/// Fills `len` bytes with the low byte of `byte`. Returns `to`.
///
/// # Errors
///
/// [`OutOfBounds`] if the range is not within memory; nothing is written in this case.
pub fn memset(
    memory: &mut [u8],
    to: u32,
    byte: i32,
    len: u32,
) -> Result<Counted<u32>, OutOfBounds> {
    let target = range(memory, to, len as usize)?;
    memory[target.clone()].fill(byte as u8);
    Ok(Counted::new(to, target.len()))
}

/// Finds the low byte of `byte` in the `len` bytes at `from`. Returns its address, or 0 if it does
/// not occur.
///
/// As in C11, `len` may extend beyond the end of memory if the byte is found before the end.
///
/// # Errors
///
/// [`OutOfBounds`] if the search reaches the end of memory.
pub fn memchr(memory: &[u8], from: u32, byte: i32, len: u32) -> Result<Counted<u32>, OutOfBounds> {
    let tail = tail(memory, from)?;
    let len = len as usize;
    let searched = &tail[..len.min(tail.len())];
    match searched.iter().position(|b| *b == byte as u8) {
        Some(at) => Ok(Counted::new(from + at as u32, at + 1)),
        None if len > tail.len() => Err(OutOfBounds),
        None => Ok(Counted::new(0, len)),
    }
}

/// Returns the offset of the first NUL. Uses a function of `core` because it searches a word at a
/// time.
pub(crate) fn end_of(text: &[u8]) -> Option<usize> {
    CStr::from_bytes_until_nul(text).ok().map(CStr::count_bytes)
}

pub(crate) fn tail(memory: &[u8], from: u32) -> Result<&[u8], OutOfBounds> {
    memory.get(from as usize..).ok_or(OutOfBounds)
}

/// Returns the bytes of a range.
pub(crate) fn bytes(memory: &[u8], from: u32, len: u32) -> Result<&[u8], OutOfBounds> {
    Ok(&memory[range(memory, from, len as usize)?])
}

/// Returns one byte.
pub(crate) fn byte(memory: &[u8], at: u32) -> Result<u8, OutOfBounds> {
    memory.get(at as usize).copied().ok_or(OutOfBounds)
}

/// Writes one byte.
pub(crate) fn put(memory: &mut [u8], at: u32, byte: u8) -> Result<(), OutOfBounds> {
    *memory.get_mut(at as usize).ok_or(OutOfBounds)? = byte;
    Ok(())
}

/// Returns the range of `len` bytes at `from`, if it lies inside memory.
pub(crate) fn range(memory: &[u8], from: u32, len: usize) -> Result<Range<usize>, OutOfBounds> {
    let start = from as usize;
    let end = start.checked_add(len).ok_or(OutOfBounds)?;
    if end > memory.len() {
        return Err(OutOfBounds);
    }
    Ok(start..end)
}
