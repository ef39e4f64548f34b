use super::output::{Halt, Target};
use super::printer::Printer;
use super::spec::{Size, Spec};

/// Number of octal digits of 2^64 - 1.
const MAX_DIGITS: usize = 22;

impl<T: Target> Printer<T> {
    pub(super) fn signed(&mut self, spec: &Spec) -> Result<(), Halt> {
        let value = match spec.size {
            Size::Byte => i64::from(self.word()? as i8),
            Size::Short => i64::from(self.word()? as i16),
            Size::Word => i64::from(self.word()?.cast_signed()),
            Size::DoubleWord | Size::Quad => self.double_word()?.cast_signed(),
        };
        let sign = spec.sign(value < 0);
        self.integer(spec, sign, value.unsigned_abs(), b'u')
    }

    pub(super) fn unsigned(&mut self, spec: &Spec, conversion: u8) -> Result<(), Halt> {
        let value = match spec.size {
            Size::Byte => u64::from(self.word()? as u8),
            Size::Short => u64::from(self.word()? as u16),
            Size::Word => u64::from(self.word()?),
            Size::DoubleWord | Size::Quad => self.double_word()?,
        };
        let prefix = match conversion {
            b'x' if spec.is_alternate && value != 0 => b"0x".as_slice(),
            b'X' if spec.is_alternate && value != 0 => b"0X",
            _ => b"",
        };
        self.integer(spec, prefix, value, conversion)
    }

    pub(super) fn pointer(&mut self, spec: Spec) -> Result<(), Halt> {
        let value = self.word()?;
        self.integer(&spec, b"0x", value.into(), b'x')
    }

    fn integer(
        &mut self,
        spec: &Spec,
        prefix: &[u8],
        value: u64,
        conversion: u8,
    ) -> Result<(), Halt> {
        let mut buffer = [0; MAX_DIGITS];
        let digits = digits(value, conversion, &mut buffer);
        let digits = match spec.precision {
            Some(0) if value == 0 => b"",
            _ => digits,
        };
        let len = digits.len() as u32;
        let mut zeros = spec.precision.unwrap_or(1).saturating_sub(len);
        if conversion == b'o' && spec.is_alternate && zeros == 0 && digits != b"0" {
            zeros = 1;
        }
        let zero_padded = spec.is_zero_padded && spec.precision.is_none();
        self.padded(
            spec,
            prefix,
            len.saturating_add(zeros),
            zero_padded,
            |out| {
                out.fill(b'0', zeros)?;
                out.put_all(digits)
            },
        )
    }
}

fn digits(mut value: u64, conversion: u8, buffer: &mut [u8; MAX_DIGITS]) -> &[u8] {
    let (base, letters) = match conversion {
        b'o' => (8, b'a'),
        b'x' => (16, b'a'),
        b'X' => (16, b'A'),
        _ => (10, b'a'),
    };
    let mut start = MAX_DIGITS;
    for place in buffer.iter_mut().rev() {
        let digit = (value % base) as u8;
        *place = match digit {
            0..=9 => b'0' + digit,
            _ => letters + digit - 10,
        };
        start -= 1;
        value /= base;
        if value == 0 {
            break;
        }
    }
    &buffer[start..]
}
