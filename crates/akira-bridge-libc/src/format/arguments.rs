use crate::memory::{OutOfBounds, bytes};

/// The variable arguments as clang lays them out for wasm32: each aligned to its size, 4, 8 or 16 bytes.
#[derive(Clone, Copy)]
pub(super) struct Arguments {
    at: u32,
}

impl Arguments {
    pub(super) const fn new(at: u32) -> Self {
        Self { at }
    }

    /// Returns where the next one is.
    pub(super) const fn at(&self) -> u32 {
        self.at
    }

    /// Takes an `int`, a `long` or a pointer.
    pub(super) fn word(&mut self, memory: &[u8]) -> Result<u32, OutOfBounds> {
        self.take(memory).map(u32::from_le_bytes)
    }

    /// Takes a `long long` or a `double`.
    pub(super) fn double_word(&mut self, memory: &[u8]) -> Result<u64, OutOfBounds> {
        self.take(memory).map(u64::from_le_bytes)
    }

    /// Takes a `long double`, which has quadruple precision, and rounds it to a `double`.
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

/// Rounds a number of quadruple precision (IEEE 754 binary128) to the nearest `double`, of two to the even one.
fn rounded(bits: u128) -> f64 {
    const FRACTION: u32 = 112;
    const BIAS: i32 = 16_383;
    let fraction = bits & ((1 << FRACTION) - 1);
    let exponent = (bits >> FRACTION) as i32 & 0x7fff;
    let sign = (bits >> 127) as u64;
    let magnitude = match exponent - BIAS {
        _ if exponent == 0x7fff && fraction != 0 => f64::NAN.to_bits(),
        1_024.. => f64::INFINITY.to_bits(),
        power => {
            // A number below the smallest normal `double` has fewer bits.
            let missing = (-1_022 - power).clamp(0, 64) as u32;
            let kept = nearest(1 << FRACTION | fraction, 60 + missing);
            let begin = (power.max(-1_022) + 1_022) as u64;
            // The first bit of a normal number, or one that rounding brings, becomes part of the exponent.
            (begin << 52) + kept
        }
    };
    f64::from_bits(sign << 63 | magnitude)
}

/// Divides by a power of two and rounds.
fn nearest(value: u128, shift: u32) -> u64 {
    let kept = (value >> shift) as u64;
    let rest = value - (u128::from(kept) << shift);
    let half = 1 << (shift - 1);
    kept + u64::from(rest > half || rest == half && kept & 1 == 1)
}
