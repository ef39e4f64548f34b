use super::output::{Halt, Output, Target};
use super::printer::Printer;
use super::spec::Spec;

/// The hexadecimal digits of a `double` behind the point.
const DIGITS: u32 = 13;

/// A finite number as `%a` prints it: with a first digit of 1, or of 0 below the smallest normal number, as glibc does.
pub(super) struct Hexadecimal {
    /// The first digit, and the others in the 52 bits below it.
    digits: u64,
    decimals: u32,
    has_point: bool,
    exponent: i32,
    is_upper: bool,
}

impl Hexadecimal {
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
        Self {
            digits: rounded(digits, decimals),
            decimals,
            has_point: decimals > 0 || spec.is_alternate,
            exponent,
            is_upper: conversion == b'A',
        }
    }

    fn exponent_len(&self) -> u32 {
        2 + self.exponent.unsigned_abs().max(1).ilog10() + 1
    }

    fn len(&self) -> u32 {
        (1 + u32::from(self.has_point) + self.exponent_len()).saturating_add(self.decimals)
    }

    fn print<T: Target>(&self, out: &mut Output<T>) -> Result<(), Halt> {
        let kept = self.decimals.min(DIGITS);
        out.put(self.digit(0))?;
        if self.has_point {
            out.put(b'.')?;
        }
        for place in 1..=kept {
            out.put(self.digit(place))?;
        }
        out.fill(b'0', self.decimals - kept)?;
        let sign = if self.exponent < 0 { b'-' } else { b'+' };
        out.put_all(&[if self.is_upper { b'P' } else { b'p' }, sign])?;
        let exponent = self.exponent.unsigned_abs();
        for power in (0..self.exponent_len() - 2).rev() {
            out.put(b'0' + (exponent / 10_u32.pow(power) % 10) as u8)?;
        }
        Ok(())
    }

    fn digit(&self, place: u32) -> u8 {
        let digit = (self.digits >> (52 - 4 * place)) as u8 & 0xf;
        match digit {
            0..=9 => b'0' + digit,
            _ if self.is_upper => b'A' + digit - 10,
            _ => b'a' + digit - 10,
        }
    }
}

/// Rounds to so many digits behind the point, halfway cases to the even one.
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
    /// Prints a number behind its sign, with `0x` and the zeros that pad it between the two.
    pub(super) fn hexadecimal(
        &mut self,
        spec: &Spec,
        sign: &[u8],
        number: Hexadecimal,
    ) -> Result<(), Halt> {
        let mark = if number.is_upper { b"0X" } else { b"0x" };
        let prefix = [sign.first().copied().unwrap_or(0), mark[0], mark[1]];
        let prefix = prefix.get(1 - sign.len().min(1)..).unwrap_or_default();
        self.padded(spec, prefix, number.len(), spec.is_zero_padded, |out| {
            number.print(out)
        })
    }
}
