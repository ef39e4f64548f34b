use super::decimal::Decimal;
use super::hexadecimal::Hexadecimal;
use super::output::{Halt, Output, Target};
use super::printer::Printer;
use super::spec::{Size, Spec};

/// Maximum number of decimals of a `double`; further decimals are zeros.
const MAX_DECIMALS: u32 = 1_074;

/// Work of a conversion in addition to the work of its digits.
const WORK: u32 = 1_200;

impl<T: Target> Printer<T> {
    pub(super) fn float(&mut self, spec: &Spec, conversion: u8) -> Result<(), Halt> {
        let value = match spec.size {
            Size::Quad => self.quad()?,
            _ => f64::from_bits(self.double_word()?),
        };
        let sign = spec.sign(value.is_sign_negative());
        if !value.is_finite() {
            let name = name(value.is_nan(), conversion);
            return self.padded(spec, sign, 3, false, |out| out.put_all(name));
        }
        if matches!(conversion, b'a' | b'A') {
            self.out.charge(WORK);
            let number = Hexadecimal::new(value, spec, conversion);
            return self.hexadecimal(spec, sign, &number);
        }
        let precision = spec.precision.unwrap_or(6);
        let layout = Layout::new(value.abs(), precision, spec.is_alternate, conversion);
        self.out.charge(layout.digits.work.saturating_add(WORK));
        self.padded(spec, sign, layout.len(), spec.is_zero_padded, |out| {
            layout.print(out)
        })
    }
}

const fn name(is_nan: bool, conversion: u8) -> &'static [u8] {
    match (is_nan, conversion.is_ascii_uppercase()) {
        (true, true) => b"NAN",
        (true, false) => b"nan",
        (false, true) => b"INF",
        (false, false) => b"inf",
    }
}

/// Layout of a printed finite number.
struct Layout {
    digits: Decimal,
    /// Index of the first printed digit, and number of digits before the point.
    start: usize,
    whole: usize,
    decimals: u32,
    has_point: bool,
    /// Letter of the exponent, and its value.
    exponent: Option<(u8, i32)>,
}

impl Layout {
    /// Lays out a non-negative number.
    fn new(value: f64, precision: u32, is_alternate: bool, conversion: u8) -> Self {
        let digits = Decimal::new(value);
        let mut layout = match conversion {
            b'f' | b'F' => Self::fixed(digits, precision),
            b'e' | b'E' => Self::scientific(digits, precision, conversion),
            _ => Self::general(digits, precision.max(1), is_alternate, conversion),
        };
        layout.has_point = is_alternate || layout.decimals > 0;
        layout
    }

    fn fixed(mut digits: Decimal, decimals: u32) -> Self {
        digits.round(Decimal::POINT + decimals.min(MAX_DECIMALS) as usize);
        Self::fixed_of(digits, decimals)
    }

    /// Lays out digits that are already rounded, without an exponent.
    fn fixed_of(mut digits: Decimal, decimals: u32) -> Self {
        let start = digits.first().min(Decimal::POINT - 1);
        Self {
            whole: Decimal::POINT - start,
            has_point: false,
            exponent: None,
            start,
            decimals,
            digits,
        }
    }

    fn scientific(digits: Decimal, decimals: u32, conversion: u8) -> Self {
        let (digits, start) = rounded(digits, decimals);
        Self::scientific_of(digits, start, decimals, conversion)
    }

    fn scientific_of(digits: Decimal, start: usize, decimals: u32, conversion: u8) -> Self {
        let letter = match conversion.is_ascii_uppercase() {
            true => b'E',
            false => b'e',
        };
        Self {
            exponent: Some((letter, exponent(start))),
            whole: 1,
            has_point: false,
            start,
            decimals,
            digits,
        }
    }

    /// Lays out a number for `%g`: in fixed or scientific form, with `precision` digits. Removes
    /// trailing zeros unless the form is alternate.
    fn general(digits: Decimal, precision: u32, is_alternate: bool, conversion: u8) -> Self {
        let decimals = precision - 1;
        let (digits, start) = rounded(digits, decimals);
        let exponent = exponent(start);
        let mut layout = match u32::try_from(exponent) {
            Ok(exponent) if exponent < precision => Self::fixed_of(digits, decimals - exponent),
            Err(_) if exponent >= -4 => {
                let places = exponent.unsigned_abs();
                Self::fixed_of(digits, decimals.saturating_add(places))
            }
            _ => Self::scientific_of(digits, start, decimals, conversion),
        };
        if !is_alternate {
            layout.decimals = layout.significant();
        }
        layout
    }

    /// Returns the number of decimals up to the last non-zero one.
    fn significant(&self) -> u32 {
        let last = self.kept().iter().rposition(|digit| *digit != b'0');
        last.map_or(0, |last| last as u32 + 1)
    }

    /// Returns the decimals for which digits are stored; the others are zeros.
    fn kept(&self) -> &[u8] {
        let start = self.start + self.whole;
        let decimals = usize::try_from(self.decimals).unwrap_or(usize::MAX);
        self.digits.digits(start..start.saturating_add(decimals))
    }

    fn len(&self) -> u32 {
        let exponent = match self.exponent {
            Some((_, exponent)) if exponent.unsigned_abs() > 99 => 5,
            Some(_) => 4,
            None => 0,
        };
        let len = self.whole as u32 + u32::from(self.has_point) + exponent;
        len.saturating_add(self.decimals)
    }

    fn print<T: Target>(&self, out: &mut Output<T>) -> Result<(), Halt> {
        out.put_all(self.digits.digits(self.start..self.start + self.whole))?;
        if self.has_point {
            out.put(b'.')?;
        }
        let kept = self.kept();
        out.put_all(kept)?;
        out.fill(b'0', self.decimals - kept.len() as u32)?;
        self.exponent.map_or(Ok(()), |(letter, exponent)| {
            print_exponent(letter, exponent, out)
        })
    }
}

/// Rounds to `decimals` digits after the first non-zero one. Returns the digits and the index of
/// the first.
fn rounded(mut digits: Decimal, decimals: u32) -> (Decimal, usize) {
    let first = digits.first();
    digits.round(first + 1 + decimals.min(MAX_DECIMALS) as usize);
    // Rounding may carry into a new first digit: a one followed by zeros.
    let start = digits.first();
    (digits, start)
}

fn exponent(start: usize) -> i32 {
    Decimal::POINT as i32 - 1 - start as i32
}

/// Prints the exponent with at least two digits.
fn print_exponent<T: Target>(letter: u8, exponent: i32, out: &mut Output<T>) -> Result<(), Halt> {
    let magnitude = exponent.unsigned_abs();
    let sign = if exponent < 0 { b'-' } else { b'+' };
    out.put_all(&[letter, sign])?;
    if magnitude > 99 {
        out.put(b'0' + (magnitude / 100) as u8)?;
    }
    out.put_all(&[
        b'0' + (magnitude / 10 % 10) as u8,
        b'0' + (magnitude % 10) as u8,
    ])
}
