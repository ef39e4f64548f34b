use super::arguments::Arguments;
use super::output::{Halt, Output, Target};
use super::spec::{Size, Spec};
use crate::memory::{Counted, OutOfBounds, byte, tail};

/// What `%s` prints for a null pointer.
///
/// C leaves it open. Address 0 is valid in linear memory, but it holds no string that anybody meant.
const NULL: &[u8] = b"(null)";

/// Reads a format and prints.
pub(super) struct Printer<T> {
    pub(super) out: Output<T>,
    format: u32,
    arguments: Arguments,
}

impl<T: Target> Printer<T> {
    pub(super) const fn new(target: T, format: u32, arguments: u32) -> Self {
        let (len, work) = (0, 0);
        Self {
            out: Output { target, len, work },
            format,
            arguments: Arguments::new(arguments),
        }
    }

    /// Returns how many bytes were printed.
    pub(super) const fn len(&self) -> u32 {
        self.out.len
    }

    /// Returns where they went.
    pub(super) const fn target(&mut self) -> &mut T {
        &mut self.out.target
    }

    /// Prints all.
    pub(super) fn run(&mut self) -> Result<Counted<i32>, OutOfBounds> {
        let value = match self.print() {
            Ok(()) => i32::try_from(self.out.len).unwrap_or(-1),
            Err(Halt::TooMuchWork) => -1,
            Err(Halt::OutOfBounds) => return Err(OutOfBounds),
        };
        let work = self.out.work;
        Ok(Counted { value, work })
    }

    fn print(&mut self) -> Result<(), Halt> {
        loop {
            match self.peek()? {
                0 => return Ok(()),
                b'%' => self.directive()?,
                byte => {
                    self.out.put(byte)?;
                    self.step()?;
                }
            }
        }
    }

    fn directive(&mut self) -> Result<(), Halt> {
        let start = self.format;
        self.step()?;
        let spec = self.spec()?;
        let conversion = self.peek()?;
        if conversion != 0 {
            self.step()?;
        }
        match conversion {
            b'd' | b'i' => self.signed(&spec),
            b'u' | b'o' | b'x' | b'X' => self.unsigned(&spec, conversion),
            b'p' => self.pointer(spec),
            b'c' => self.character(&spec),
            b's' => self.string(&spec),
            b'f' | b'F' | b'e' | b'E' | b'g' | b'G' => self.float(&spec, conversion),
            b'n' => self.word().map(|_| ()),
            b'%' => self.out.put(b'%'),
            _ => self.echo(start),
        }
    }

    fn spec(&mut self) -> Result<Spec, Halt> {
        let mut spec = Spec::default();
        while spec.set_flag(self.peek()?) {
            self.step()?;
        }
        if self.accept(b'*')? {
            spec.set_width(self.word()?.cast_signed());
        } else {
            spec.width = self.number()?;
        }
        if self.accept(b'.')? {
            spec.precision = self.precision()?;
        }
        spec.size = self.size()?;
        Ok(spec)
    }

    /// A negative precision is none.
    fn precision(&mut self) -> Result<Option<u32>, Halt> {
        if self.accept(b'*')? {
            let precision = self.word()?.cast_signed();
            return Ok(u32::try_from(precision).ok());
        }
        self.number().map(Some)
    }

    fn size(&mut self) -> Result<Size, Halt> {
        let (mut size, mut previous) = (Size::default(), 0);
        loop {
            let letter = self.peek()?;
            let Some(next) = size.with_modifier(letter, previous) else {
                return Ok(size);
            };
            (size, previous) = (next, letter);
            self.step()?;
        }
    }

    fn number(&mut self) -> Result<u32, Halt> {
        let mut number = 0u32;
        loop {
            let digit = self.peek()?.wrapping_sub(b'0');
            if digit > 9 {
                return Ok(number);
            }
            number = number.saturating_mul(10).saturating_add(digit.into());
            self.step()?;
        }
    }

    fn character(&mut self, spec: &Spec) -> Result<(), Halt> {
        let byte = self.word()? as u8;
        self.padded(spec, b"", 1, false, |out| out.put(byte))
    }

    fn string(&mut self, spec: &Spec) -> Result<(), Halt> {
        let address = self.word()?;
        let limit = spec.precision.unwrap_or(u32::MAX) as usize;
        if address == 0 {
            let text = &NULL[..NULL.len().min(limit)];
            return self.padded(spec, b"", text.len() as u32, false, |out| out.put_all(text));
        }
        let len = self.string_len(address, limit)?;
        self.padded(spec, b"", len, false, |out| {
            (0..len).try_for_each(|at| out.put(byte(out.target.memory(), address + at)?))
        })
    }

    /// Looks no further than what can still be printed.
    fn string_len(&self, address: u32, limit: usize) -> Result<u32, Halt> {
        let tail = tail(self.out.target.memory(), address)?;
        let limit = limit.min(super::MAX_WORK as usize);
        let readable = &tail[..limit.min(tail.len())];
        match readable.iter().position(|b| *b == 0) {
            Some(len) => Ok(len as u32),
            None if limit > tail.len() => Err(Halt::OutOfBounds),
            None => Ok(limit as u32),
        }
    }

    /// Prints what is not known as it stands.
    fn echo(&mut self, start: u32) -> Result<(), Halt> {
        (start..self.format).try_for_each(|at| {
            let byte = byte(self.out.target.memory(), at)?;
            self.out.put(byte)
        })
    }

    /// Prints a prefix and a body of `len` bytes, padded to the width: with zeros between the two, or with blanks.
    pub(super) fn padded(
        &mut self,
        spec: &Spec,
        prefix: &[u8],
        len: u32,
        zeros: bool,
        body: impl FnOnce(&mut Output<T>) -> Result<(), Halt>,
    ) -> Result<(), Halt> {
        let len = len.saturating_add(prefix.len() as u32);
        let padding = spec.width.saturating_sub(len);
        if !spec.is_left && !zeros {
            self.out.fill(b' ', padding)?;
        }
        self.out.put_all(prefix)?;
        if !spec.is_left && zeros {
            self.out.fill(b'0', padding)?;
        }
        body(&mut self.out)?;
        if spec.is_left {
            self.out.fill(b' ', padding)?;
        }
        Ok(())
    }

    pub(super) fn word(&mut self) -> Result<u32, Halt> {
        Ok(self.arguments.word(self.out.target.memory())?)
    }

    pub(super) fn double_word(&mut self) -> Result<u64, Halt> {
        Ok(self.arguments.double_word(self.out.target.memory())?)
    }

    fn peek(&self) -> Result<u8, Halt> {
        Ok(byte(self.out.target.memory(), self.format)?)
    }

    fn step(&mut self) -> Result<(), Halt> {
        self.format = self.format.checked_add(1).ok_or(Halt::OutOfBounds)?;
        self.out.charge(1)
    }

    fn accept(&mut self, wanted: u8) -> Result<bool, Halt> {
        let found = self.peek()? == wanted;
        if found {
            self.step()?;
        }
        Ok(found)
    }
}
