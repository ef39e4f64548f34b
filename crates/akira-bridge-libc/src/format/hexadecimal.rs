use super::output::{Halt, Target};
use super::printer::Printer;
use super::spec::Spec;

/// Number of hexadecimal digits of a `double` after the point.
const DIGITS: u32 = 13;

/// Finite number as `%a` prints it. The first digit is 1, or 0 below the smallest normal number, as
/// in glibc.
pub(super) struct Hexadecimal {
    /// Text before the zeros that fill the precision, followed by the exponent, which is printed
    /// after them.
    text: [u8; 24],
    /// Length of the text before the zeros, and total length of the text.
    head: usize,
    len: usize,
    zeros: u32,
    mark: &'static [u8; 2],
}

impl Hexadecimal {
    // Not generic over the target, so that firmware contains it once.
    pub(super) fn new(value: f64, spec: &Spec, conversion: u8) -> Self {
        let bits = value.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let (digits, exponent) = match (bits >> 52) as i32 & 0x7ff {
            0 if fraction == 0 => (0, 0),
            0 => (fraction, -1_022),
            biased => (1 << 52 | fraction, biased - 1_023),
        };
        let decimals = match (spec.precision, fraction) {
            (Some(precision), _) => precision,
            (None, 0) => 0,
            (None, fraction) => DIGITS - fraction.trailing_zeros() / 4,
        };
        let is_upper = conversion == b'A';
        let mut number = Self {
            text: [0; 24],
            head: 0,
            len: 0,
            zeros: decimals.saturating_sub(DIGITS),
            mark: if is_upper { b"0X" } else { b"0x" },
        };
        number.digits(rounded(digits, decimals), decimals, spec.is_alternate);
        number.head = number.len;
        number.exponent(exponent);
        if is_upper {
            number.text.make_ascii_uppercase();
        }
        number
    }

    fn digits(&mut self, digits: u64, decimals: u32, is_alternate: bool) {
        for place in 0..=decimals.min(DIGITS) {
            let digit = (digits >> (52 - 4 * place)) as u8 & 0xf;
            self.put(match digit {
                0..=9 => b'0' + digit,
                _ => b'a' + digit - 10,
            });
            if place == 0 && (decimals > 0 || is_alternate) {
                self.put(b'.');
            }
        }
    }

    fn exponent(&mut self, exponent: i32) {
        self.put(b'p');
        self.put(if exponent < 0 { b'-' } else { b'+' });
        let exponent = exponent.unsigned_abs();
        for place in [1_000, 100, 10, 1] {
            if exponent >= place || place == 1 {
                self.put(b'0' + (exponent / place % 10) as u8);
            }
        }
    }

    fn put(&mut self, byte: u8) {
        if let Some(place) = self.text.get_mut(self.len) {
            *place = byte;
            self.len += 1;
        }
    }
}

/// Rounds to `decimals` digits after the point, ties to even.
fn rounded(digits: u64, decimals: u32) -> u64 {
    let dropped = 4 * DIGITS.saturating_sub(decimals);
    if dropped == 0 {
        return digits;
    }
    let kept = digits >> dropped;
    let rest = digits - (kept << dropped);
    let half = 1 << (dropped - 1);
    let up = rest > half || rest == half && kept & 1 == 1;
    (kept + u64::from(up)) << dropped
}

impl<T: Target> Printer<T> {
    /// Prints the sign, `0x`, the padding zeros and the number.
    pub(super) fn hexadecimal(
        &mut self,
        spec: &Spec,
        sign: &[u8],
        number: &Hexadecimal,
    ) -> Result<(), Halt> {
        let prefix = [
            sign.first().copied().unwrap_or(0),
            number.mark[0],
            number.mark[1],
        ];
        let prefix = prefix.get(1 - sign.len().min(1)..).unwrap_or_default();
        let len = (number.len as u32).saturating_add(number.zeros);
        let (head, tail) = number.text.split_at(number.head);
        self.padded(spec, prefix, len, spec.is_zero_padded, |out| {
            out.put_all(head)?;
            out.fill(b'0', number.zeros)?;
            out.put_all(&tail[..number.len - number.head])
        })
    }
}
