use crate::memory::{OutOfBounds, bytes};

/// Variable arguments as clang lays them out for wasm32: each is aligned to its size of 4, 8 or 16
/// bytes.
#[derive(Clone, Copy)]
pub(super) struct Arguments {
    at: u32,
}

impl Arguments {
    pub(super) const fn new(at: u32) -> Self {
        Self { at }
    }

    /// Returns the address of the next argument.
    pub(super) const fn at(&self) -> u32 {
        self.at
    }

    /// Reads an `int`, a `long` or a pointer.
    pub(super) fn word(&mut self, memory: &[u8]) -> Result<u32, OutOfBounds> {
        self.take(memory).map(u32::from_le_bytes)
    }

    /// Reads a `long long` or a `double`.
    pub(super) fn double_word(&mut self, memory: &[u8]) -> Result<u64, OutOfBounds> {
        self.take(memory).map(u64::from_le_bytes)
    }

    /// Reads a `long double`, which has quadruple precision, and rounds it to a `double`.
    pub(super) fn quad(&mut self, memory: &[u8]) -> Result<f64, OutOfBounds> {
        self.take(memory).map(u128::from_le_bytes).map(rounded)
    }

    fn take<const SIZE: usize>(&mut self, memory: &[u8]) -> Result<[u8; SIZE], OutOfBounds> {
        let size = SIZE as u32;
        let at = self.at.checked_next_multiple_of(size).ok_or(OutOfBounds)?;
        self.at = at.checked_add(size).ok_or(OutOfBounds)?;
        bytes(memory, at, size)?.try_into().map_err(|_| OutOfBounds)
    }
}

/// Rounds a number of quadruple precision (IEEE 754 binary128) to the nearest `double`, ties to
/// even.
fn rounded(bits: u128) -> f64 {
    const BIAS: i32 = 16_383;
    // 128-bit arithmetic is avoided: on a 32-bit processor it would add library code to the
    // firmware.
    let (low, high) = (bits as u64, (bits >> 64) as u64);
    let fraction = high & ((1 << 48) - 1);
    let power = (high >> 48) as i32 & 0x7fff;
    let magnitude = match power - BIAS {
        _ if power == 0x7fff && fraction | low != 0 => f64::NAN.to_bits(),
        1_024.. => f64::INFINITY.to_bits(),
        // Less than half of the smallest `double`.
        ..-1_075 => 0,
        power => {
            // The first 63 bits. The last one is sticky: it is set if any lower bit is set.
            let number = 1 << 62 | fraction << 14 | low >> 50 | u64::from(low << 14 != 0);
            // A number below the smallest normal `double` has fewer significant bits.
            let missing = (-1_022 - power).max(0) as u32;
            let begin = (power.max(-1_022) + 1_022) as u64;
            // The leading bit of a normal number, or a carry from rounding, increments the
            // exponent.
            (begin << 52) + nearest(number, 10 + missing)
        }
    };
    f64::from_bits(high >> 63 << 63 | magnitude)
}

/// Divides by 2^`shift` and rounds to the nearest integer, ties to even.
fn nearest(value: u64, shift: u32) -> u64 {
    let kept = value >> shift;
    let rest = value - (kept << shift);
    let half = 1 << (shift - 1);
    kept + u64::from(rest > half || rest == half && kept & 1 == 1)
}
