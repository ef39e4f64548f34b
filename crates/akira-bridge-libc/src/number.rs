use crate::ctype;
use crate::memory::{Counted, OutOfBounds, range, tail};

/// Parses a decimal number, as `strtol` does.
///
/// # Errors
///
/// [`OutOfBounds`] if the string has no end of the number within memory.
pub fn atoi(memory: &[u8], string: u32) -> Result<Counted<i32>, OutOfBounds> {
    let number = parse(memory, string, 10)?;
    Ok(Counted::new(number.signed(), number.read))
}

/// Parses a number in `base` (2 to 36, or 0 to detect it from the prefix). A value out of range is
/// clamped to the largest or the smallest `i32`.
///
/// Stores the address after the number at address `end`, unless `end` is 0. If the string contains
/// no number, 0 is returned and the stored address is `string`.
///
/// # Errors
///
/// [`OutOfBounds`] if the string has no end of the number within memory, or `end` is outside
/// memory.
pub fn strtol(
    memory: &mut [u8],
    string: u32,
    end: u32,
    base: i32,
) -> Result<Counted<i32>, OutOfBounds> {
    let number = number(memory, string, end, (0, base))?;
    Ok(Counted::new(number.signed(), number.read))
}

/// Parses an unsigned number, otherwise like [`strtol`]. As in C, a minus sign negates modulo 2^32.
///
/// # Errors
///
/// [`OutOfBounds`] if the string has no end of the number within memory, or `end` is outside
/// memory.
pub fn strtoul(
    memory: &mut [u8],
    string: u32,
    end: u32,
    base: i32,
) -> Result<Counted<u32>, OutOfBounds> {
    let number = number(memory, string, end, (0, base))?;
    Ok(Counted::new(number.unsigned(), number.read))
}

/// Parses the number that follows the first `blanks` bytes, and stores its end address.
pub(crate) fn number(
    memory: &mut [u8],
    string: u32,
    end: u32,
    (blanks, base): (u32, i32),
) -> Result<Number, OutOfBounds> {
    let at = string.checked_add(blanks).ok_or(OutOfBounds)?;
    let mut number = parse(memory, at, base)?;
    if number.end > 0 {
        number.end += blanks as usize;
    }
    number.store_end(memory, string, end)?;
    Ok(number)
}

/// Maximum number of digits. A longer number is treated as an unterminated string.
pub const MAX_DIGITS: usize = 2_048;

/// Value above any `u32`, at which larger numbers saturate.
const TOO_LARGE: u64 = 1 << 32;

pub(crate) struct Number {
    magnitude: u64,
    is_negative: bool,
    /// Offset of the end of the number from the string, or 0 if there is no number.
    end: usize,
    /// Number of bytes read.
    pub(crate) read: usize,
}

impl Number {
    pub(crate) fn signed(&self) -> i32 {
        match i32::try_from(self.magnitude) {
            Ok(magnitude) if self.is_negative => -magnitude,
            Ok(magnitude) => magnitude,
            Err(_) if self.is_negative => i32::MIN,
            Err(_) => i32::MAX,
        }
    }

    pub(crate) fn unsigned(&self) -> u32 {
        match u32::try_from(self.magnitude) {
            Ok(magnitude) if self.is_negative => magnitude.wrapping_neg(),
            Ok(magnitude) => magnitude,
            Err(_) => u32::MAX,
        }
    }

    fn store_end(&self, memory: &mut [u8], string: u32, end: u32) -> Result<(), OutOfBounds> {
        if end != 0 {
            let target = range(memory, end, 4)?;
            let address = string.wrapping_add(self.end as u32);
            memory[target].copy_from_slice(&address.to_le_bytes());
        }
        Ok(())
    }
}

fn parse(memory: &[u8], string: u32, base: i32) -> Result<Number, OutOfBounds> {
    let text = tail(memory, string)?;
    let is_blank = |byte: &u8| ctype::isspace((*byte).into());
    let blanks = text.iter().take_while(|byte| is_blank(byte)).count();
    let sign = at(text, blanks)?;
    let unsigned = blanks + usize::from(matches!(sign, b'+' | b'-'));
    let (base, start) = detect_base(text, unsigned, base)?;
    let (magnitude, end) = digits(text, start, base)?;
    Ok(Number {
        magnitude,
        is_negative: sign == b'-',
        end: if end == start { 0 } else { end },
        read: end + 1,
    })
}

/// Returns the base and the offset of the digits. A base of 0 means that the argument is not a
/// valid base.
fn detect_base(text: &[u8], start: usize, base: i32) -> Result<(u32, usize), OutOfBounds> {
    let is_hex = matches!(base, 0 | 16) && has_hex_prefix(text, start)?;
    Ok(match base {
        0 | 16 if is_hex => (16, start + 2),
        0 if at(text, start)? == b'0' => (8, start),
        0 => (10, start),
        2..=36 => (base.unsigned_abs(), start),
        _ => (0, start),
    })
}

/// Returns whether the text has `0x` followed by a hexadecimal digit.
fn has_hex_prefix(text: &[u8], start: usize) -> Result<bool, OutOfBounds> {
    Ok(at(text, start)? == b'0'
        && at(text, start + 1)? | 0x20 == b'x'
        && at(text, start + 2)?.is_ascii_hexdigit())
}

fn digits(text: &[u8], start: usize, base: u32) -> Result<(u64, usize), OutOfBounds> {
    let (mut value, mut end) = (0u64, start);
    while let Some(digit) = char::from(at(text, end)?).to_digit(36) {
        if digit >= base {
            break;
        }
        if end - start > MAX_DIGITS {
            return Err(OutOfBounds);
        }
        value = (value * u64::from(base) + u64::from(digit)).min(TOO_LARGE);
        end += 1;
    }
    Ok((value, end))
}

fn at(text: &[u8], index: usize) -> Result<u8, OutOfBounds> {
    text.get(index).copied().ok_or(OutOfBounds)
}
