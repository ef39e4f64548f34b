use core::ops::Range;

/// Number of digits before the point. The largest `double` has 309; they are computed in groups of
/// four.
const POINT: usize = 312;

/// Number of digits after the point. The smallest `double` has 1,074; they are computed in groups
/// of nine.
const BEHIND: usize = 1_080;

/// Number of 32-bit words of the longest integer or fraction, and one word for the carry of a
/// multiplication.
const WORDS: usize = 35;

/// Exact decimal digits of a non-negative `double`, computed on demand.
///
/// `core` is exact too, but needs a pass over large numbers for each digit. Here one pass yields
/// four or nine digits.
pub(super) struct Decimal {
    /// ASCII digits; `0` where no digit has been computed yet.
    digits: [u8; POINT + BEHIND],
    /// Number of computed digits. The digits are complete once the fraction is empty.
    known: usize,
    /// Number of leading zeros found so far.
    zeros: usize,
    fraction: Fraction,
    /// Approximate number of words processed.
    pub(super) work: u32,
}

impl Decimal {
    /// Index of the first digit after the point.
    pub(super) const POINT: usize = POINT;

    pub(super) fn new(value: f64) -> Self {
        let (mantissa, exponent) = parts(value);
        let mut decimal = Self {
            digits: [b'0'; POINT + BEHIND],
            known: POINT,
            zeros: POINT,
            fraction: Fraction::new(mantissa, exponent),
            work: 0,
        };
        decimal.make_integer(mantissa, exponent);
        decimal
    }

    /// Returns the digits in a range. The result is shorter if the range extends beyond the last
    /// possible digit of a `double`; the digits there are zeros.
    pub(super) fn digits(&self, range: Range<usize>) -> &[u8] {
        let end = range.end.min(self.digits.len());
        self.digits.get(range.start..end).unwrap_or_default()
    }

    /// Returns the index of the first non-zero digit or, for zero, of the digit before the point.
    pub(super) fn first(&mut self) -> usize {
        loop {
            let rest = self.digits(self.zeros..self.known);
            if let Some(found) = rest.iter().position(|digit| *digit != b'0') {
                self.zeros += found;
                return self.zeros;
            }
            self.zeros = self.known;
            if !self.make_fraction() {
                return POINT - 1;
            }
        }
    }

    /// Rounds to the digits before index `end`, to nearest, ties to even.
    pub(super) fn round(&mut self, end: usize) {
        while self.known <= end && self.make_fraction() {}
        let Some((digit, rest)) = self.digits.get(end..).and_then(<[u8]>::split_first) else {
            return;
        };
        let is_odd = end > 0 && self.digits[end - 1] & 1 == 1;
        let goes_up = match digit {
            b'5' => is_odd || !self.fraction.is_empty() || rest.iter().any(|digit| *digit != b'0'),
            digit => *digit > b'5',
        };
        self.digits[end..].fill(b'0');
        self.fraction = Fraction::EMPTY;
        if goes_up {
            self.increment(end);
        }
    }

    /// Adds one to the digit before index `end`.
    fn increment(&mut self, end: usize) {
        for (at, digit) in self.digits.iter_mut().enumerate().take(end).rev() {
            if *digit != b'9' {
                *digit += 1;
                self.zeros = self.zeros.min(at);
                return;
            }
            *digit = b'0';
        }
    }

    /// Computes the digits before the point from the last to the first, by 32-bit divisions.
    fn make_integer(&mut self, mantissa: u64, exponent: i32) {
        let mut words = integer(mantissa, exponent);
        let mut len = WORDS;
        let mut end = POINT;
        loop {
            while len > 0 && words[len - 1] == 0 {
                len -= 1;
            }
            if len == 0 || end < 4 {
                return;
            }
            let group = divide(&mut words[..len]);
            self.work += 6 * len as u32 + 12;
            put_group(&mut self.digits[end - 4..end], group);
            end -= 4;
            self.zeros = end;
        }
    }

    /// Computes the next nine digits after the point. Returns `false` if there were none left.
    fn make_fraction(&mut self) -> bool {
        if self.fraction.is_empty() || self.known + 9 > self.digits.len() {
            return false;
        }
        let group = self.fraction.multiply();
        self.work += 3 * self.fraction.len() + 24;
        put_group(&mut self.digits[self.known..self.known + 9], group);
        self.known += 9;
        true
    }
}

/// Returns the mantissa and the exponent of two.
fn parts(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let (mantissa, exponent) = (bits & ((1 << 52) - 1), (bits >> 52 & 0x7FF) as i32);
    match exponent {
        0 => (mantissa, -1_074),
        _ => (mantissa | 1 << 52, exponent - 1_075),
    }
}

/// Writes a number into `digits`, right-aligned with leading zeros.
fn put_group(digits: &mut [u8], mut group: u32) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (group % 10) as u8;
        group /= 10;
    }
}

/// Returns the integer part in words, the lowest word first.
fn integer(mantissa: u64, exponent: i32) -> [u32; WORDS] {
    let mut words = [0; WORDS];
    match u32::try_from(exponent) {
        Ok(shift) => put(&mut words, (shift / 32) as usize, mantissa, shift % 32),
        Err(_) => put(
            &mut words,
            0,
            mantissa.checked_shr(exponent.unsigned_abs()).unwrap_or(0),
            0,
        ),
    }
    words
}

/// Stores a number at the word with index `at`, shifted left by `shift` bits. `shift` is less than
/// 32.
fn put(words: &mut [u32; WORDS], at: usize, number: u64, shift: u32) {
    let low = u64::from(number as u32) << shift;
    let high = (number >> 32 << shift) + (low >> 32);
    let parts = [low as u32, high as u32, (high >> 32) as u32];
    for (word, part) in words.iter_mut().skip(at).zip(parts) {
        *word = part;
    }
}

/// Divides by 10,000 and returns the remainder. Divides in half words, so that a small processor
/// needs no library routine.
fn divide(words: &mut [u32]) -> u32 {
    let mut rest = 0;
    for word in words.iter_mut().rev() {
        let high = rest << 16 | *word >> 16;
        let low = ((high % 10_000) << 16) | (*word & 0xFFFF);
        *word = ((high / 10_000) << 16) | (low / 10_000);
        rest = low % 10_000;
    }
    rest
}

/// Part of the fraction that has not been converted to digits. The words outside `low..high` are
/// zero.
struct Fraction {
    words: [u32; WORDS],
    low: usize,
    high: usize,
    /// Index of the first word above the fraction.
    point: usize,
}

impl Fraction {
    const EMPTY: Self = Self {
        words: [0; WORDS],
        low: 0,
        high: 0,
        point: 0,
    };

    fn new(mantissa: u64, exponent: i32) -> Self {
        let mut fraction = Self::EMPTY;
        if exponent >= 0 {
            return fraction;
        }
        let bits = exponent.unsigned_abs();
        let mantissa = match 1_u64.checked_shl(bits) {
            Some(one) => mantissa & (one - 1),
            None => mantissa,
        };
        fraction.point = bits.div_ceil(32) as usize;
        put(
            &mut fraction.words,
            0,
            mantissa,
            fraction.point as u32 * 32 - bits,
        );
        fraction.high = fraction.point.min(3);
        fraction.trim();
        fraction
    }

    fn is_empty(&self) -> bool {
        self.low >= self.high
    }

    fn len(&self) -> u32 {
        self.high.saturating_sub(self.low) as u32
    }

    fn trim(&mut self) {
        while self.low < self.high && self.words[self.low] == 0 {
            self.low += 1;
        }
    }

    /// Multiplies by 10^9, then removes and returns the integer part. The lowest nine bits become
    /// zeros, so the fraction gets shorter.
    fn multiply(&mut self) -> u32 {
        let mut carry = 0;
        for word in &mut self.words[self.low..self.high] {
            let product = u64::from(*word) * 1_000_000_000 + carry;
            *word = product as u32;
            carry = product >> 32;
        }
        let group = match self.high == self.point {
            true => carry as u32,
            false => {
                self.words[self.high] = carry as u32;
                self.high += usize::from(carry > 0);
                0
            }
        };
        self.trim();
        group
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::Decimal;
    use std::format;
    use std::string::String;

    /// Returns all digits of a number, with `decimals` digits after the point.
    fn fixed(value: f64, decimals: usize) -> String {
        let mut decimal = Decimal::new(value);
        decimal.round(Decimal::POINT + decimals);
        let first = decimal.first().min(Decimal::POINT - 1);
        let text = decimal.digits(first..Decimal::POINT + decimals);
        let mut text = String::from_utf8_lossy(text).into_owned();
        if decimals > 0 {
            text.insert(Decimal::POINT - first, '.');
        }
        text
    }

    #[test]
    fn has_the_digits_that_core_has() {
        let mut bits = 0x9E37_79B9_7F4A_7C15_u64;
        let mut values = std::vec![
            0.0,
            1.0,
            0.5,
            1.5,
            2.5,
            9.5,
            99.999,
            f64::MAX,
            f64::MIN_POSITIVE,
            5e-324,
            4_503_599_627_370_497.5
        ];
        for _ in 0..3_000 {
            bits = bits
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            values.push(f64::from_bits(bits & !(1 << 63)));
            values.push((bits >> 20) as f64 / 1_024.0);
        }
        for value in values.into_iter().filter(|value| value.is_finite()) {
            for decimals in [0, 1, 2, 6, 17, 60, 1_074] {
                assert_eq!(
                    fixed(value, decimals),
                    format!("{value:.decimals$}"),
                    "{value:e}"
                );
            }
        }
    }
}
