use super::output::{Halt, Output, Target};
use super::printer::Printer;
use super::spec::Spec;
use core::fmt::{self, Write};

/// More decimals than any `double` has; those behind are zeros.
const MAX_DECIMALS: u32 = 1_074;

/// What one conversion is charged: about what the exact rounding of a large number costs.
const WORK: u32 = 256;

impl<T: Target> Printer<T> {
    pub(super) fn float(&mut self, spec: &Spec, conversion: u8) -> Result<(), Halt> {
        let value = f64::from_bits(self.double_word()?);
        let precision = spec.precision.unwrap_or(6);
        self.out.charge(precision.saturating_add(WORK))?;
        let sign = spec.sign(value.is_sign_negative());
        if !value.is_finite() {
            let name = name(value.is_nan(), conversion);
            return self.padded(spec, sign, 3, false, |out| out.put_all(name));
        }
        let layout = Layout::new(value.abs(), precision, spec.is_alternate, conversion);
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

/// How a finite number is going to look.
///
/// `core` rounds exactly and to even, as C libraries do. It prints twice, first to nowhere to learn the length, so
/// that no buffer for the 1 400 bytes that a `double` may take is needed.
struct Layout {
    digits: Digits,
    /// How many bytes of the digits to print.
    kept: u32,
    /// Whether a point follows that `core` does not print.
    has_point: bool,
    /// How many zeros follow that `core` does not print.
    zeros: u32,
    /// The exponent and its letter.
    exponent: Option<(u8, i32)>,
}

impl Layout {
    /// Lays out a number that is not negative.
    fn new(value: f64, precision: u32, is_alternate: bool, conversion: u8) -> Self {
        match conversion {
            b'f' | b'F' => Self::fixed(value, precision, is_alternate),
            b'e' | b'E' => Self::scientific(value, precision, is_alternate, conversion),
            _ => Self::general(value, precision.max(1), is_alternate, conversion),
        }
    }

    fn fixed(value: f64, decimals: u32, is_alternate: bool) -> Self {
        let digits = Digits::new(value, decimals, false);
        Self {
            kept: digits.scan().len,
            has_point: is_alternate && decimals == 0,
            zeros: decimals - digits.decimals,
            exponent: None,
            digits,
        }
    }

    fn scientific(value: f64, decimals: u32, is_alternate: bool, conversion: u8) -> Self {
        let digits = Digits::new(value, decimals, true);
        let scan = digits.scan();
        let letter = if conversion.is_ascii_uppercase() {
            b'E'
        } else {
            b'e'
        };
        Self {
            kept: scan.len,
            has_point: is_alternate && decimals == 0,
            zeros: decimals - digits.decimals,
            exponent: Some((letter, scan.exponent)),
            digits,
        }
    }

    /// `%g`: whichever is apt, with `precision` digits, and without zeros at the end but for `#`.
    fn general(value: f64, precision: u32, is_alternate: bool, conversion: u8) -> Self {
        let decimals = precision - 1;
        let exponent = Digits::new(value, decimals, true).scan().exponent;
        let mut layout = match u32::try_from(exponent) {
            Ok(exponent) if exponent < precision => {
                Self::fixed(value, decimals - exponent, is_alternate)
            }
            Err(_) if exponent >= -4 => {
                let places = exponent.unsigned_abs();
                Self::fixed(value, decimals.saturating_add(places), is_alternate)
            }
            _ => Self::scientific(value, decimals, is_alternate, conversion),
        };
        if !is_alternate {
            layout.kept = layout.digits.scan().significant;
            layout.zeros = 0;
        }
        layout
    }

    fn len(&self) -> u32 {
        let exponent = match self.exponent {
            Some((_, exponent)) if exponent.unsigned_abs() > 99 => 5,
            Some(_) => 4,
            None => 0,
        };
        let len = self.kept + u32::from(self.has_point) + exponent;
        len.saturating_add(self.zeros)
    }

    fn print<T: Target>(&self, out: &mut Output<T>) -> Result<(), Halt> {
        self.digits.print(self.kept, out)?;
        if self.has_point {
            out.put(b'.')?;
        }
        out.fill(b'0', self.zeros)?;
        self.exponent.map_or(Ok(()), |(letter, exponent)| {
            print_exponent(letter, exponent, out)
        })
    }
}

/// At least two digits.
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

/// A number as `core` prints it.
struct Digits {
    value: f64,
    decimals: u32,
    is_scientific: bool,
}

impl Digits {
    fn new(value: f64, decimals: u32, is_scientific: bool) -> Self {
        Self {
            value,
            decimals: decimals.min(MAX_DECIMALS),
            is_scientific,
        }
    }

    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        let decimals = self.decimals as usize;
        match self.is_scientific {
            true => write!(to, "{:.decimals$e}", self.value),
            false => write!(to, "{:.decimals$}", self.value),
        }
    }

    fn scan(&self) -> Scan {
        let mut scan = Scan::default();
        // A scan takes everything.
        let _ = self.write(&mut scan);
        scan
    }

    /// Prints the first `kept` bytes before the exponent.
    fn print<T: Target>(&self, kept: u32, out: &mut Output<T>) -> Result<(), Halt> {
        let result = Ok(());
        let mut printing = Printing { out, kept, result };
        // What matters is in `result`; there is an error here as well when enough is printed.
        let _ = self.write(&mut printing);
        printing.result
    }
}

/// Takes a number apart without keeping it.
#[derive(Default)]
struct Scan {
    /// The bytes before the exponent.
    len: u32,
    /// The bytes before the exponent without zeros at the end of the decimals, and the point if none is left.
    significant: u32,
    exponent: i32,
    has_point: bool,
    in_exponent: bool,
    is_exponent_negative: bool,
}

impl Scan {
    fn take(&mut self, byte: u8) {
        match byte {
            b'e' => self.in_exponent = true,
            b'-' if self.in_exponent => self.is_exponent_negative = true,
            b'0'..=b'9' if self.in_exponent => self.take_exponent((byte - b'0').into()),
            _ => self.take_digit(byte),
        }
    }

    fn take_exponent(&mut self, digit: i32) {
        let digit = if self.is_exponent_negative {
            -digit
        } else {
            digit
        };
        self.exponent = self.exponent * 10 + digit;
    }

    fn take_digit(&mut self, byte: u8) {
        self.len += 1;
        self.has_point |= byte == b'.';
        if !self.has_point || matches!(byte, b'1'..=b'9') {
            self.significant = self.len;
        }
    }
}

impl Write for Scan {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.bytes().for_each(|byte| self.take(byte));
        Ok(())
    }
}

struct Printing<'a, T> {
    out: &'a mut Output<T>,
    kept: u32,
    result: Result<(), Halt>,
}

impl<T: Target> Write for Printing<'_, T> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let kept = text.len().min(self.kept as usize);
        self.kept -= kept as u32;
        self.result = self.out.put_all(&text.as_bytes()[..kept]);
        match self.result {
            Ok(()) if self.kept > 0 => Ok(()),
            _ => Err(fmt::Error),
        }
    }
}
