use super::PART_WORK;
use super::arguments::Arguments;
use super::output::{Halt, Output, Target};
use super::spec::{Size, Spec};
use crate::memory::{Counted, OutOfBounds, byte, tail};
use crate::parts::State;

/// Number of bytes of a format or a string that are searched for their end before they are written.
const MAX_LITERAL: usize = 64;

/// Output of `%s` for a null pointer.
///
/// C leaves this case undefined. Address 0 is valid in linear memory, but no app stores a string
/// there on purpose.
const NULL: &[u8] = b"(null)";

/// Work of a directive in addition to the work of its bytes.
const DIRECTIVE_WORK: u32 = 240;

/// Interpreter of a format, which prints its directives.
pub(super) struct Printer<T> {
    pub(super) out: Output<T>,
    format: u32,
    arguments: Arguments,
    /// State at the start of the current directive. If a part ends inside a directive, the next
    /// part repeats the directive and skips the bytes that were already written.
    begun: State,
}

impl<T: Target> Printer<T> {
    /// Creates a printer. `state` is all zeros for the first part, or the state after an earlier
    /// part.
    pub(super) fn new(target: T, format: u32, arguments: u32, state: State) -> Self {
        let start = format;
        let [format, arguments, len, skip] = match state {
            [0, 0, 0, 0] => [format, arguments, 0, 0],
            state => state,
        };
        let out = Output {
            target,
            len,
            skip,
            bytes: format.saturating_sub(start).saturating_add(len),
            work: 0,
        };
        Self {
            out,
            format,
            arguments: Arguments::new(arguments),
            begun: state,
        }
    }

    /// Returns the number of bytes printed.
    pub(super) const fn len(&self) -> u32 {
        self.out.len
    }

    /// Returns the destination of the output.
    pub(super) const fn target(&mut self) -> &mut T {
        &mut self.out.target
    }

    /// Returns the state from which the next part continues.
    pub(super) const fn state(&self) -> State {
        let [format, arguments, len, _] = self.begun;
        [format, arguments, self.out.len, self.out.len - len]
    }

    /// Prints until the format or the part ends.
    pub(super) fn run(&mut self) -> Result<Counted<Option<i32>>, OutOfBounds> {
        let value = match self.print() {
            Ok(()) => Some(i32::try_from(self.out.len).unwrap_or(-1)),
            Err(Halt::TooMuchWork) => Some(-1),
            Err(Halt::Part) => None,
            Err(Halt::OutOfBounds) => return Err(OutOfBounds),
        };
        let work = self.out.work;
        Ok(Counted { value, work })
    }

    fn print(&mut self) -> Result<(), Halt> {
        loop {
            // If an earlier part ended inside this directive, it wrote the bytes to skip.
            let len = self.out.len - self.out.skip;
            self.begun = [self.format, self.arguments.at(), len, 0];
            match self.peek()? {
                0 => return Ok(()),
                b'%' => self.directive()?,
                _ => self.literal()?,
            }
            if self.out.work > PART_WORK {
                self.begun = [self.format, self.arguments.at(), self.out.len, 0];
                return Err(Halt::Part);
            }
        }
    }

    /// Prints the text before the next directive, at most [`MAX_LITERAL`] bytes at once.
    fn literal(&mut self) -> Result<(), Halt> {
        let tail = tail(self.out.target.memory(), self.format)?;
        let piece = tail.get(..MAX_LITERAL).unwrap_or(tail);
        let end = piece.iter().position(|byte| matches!(byte, 0 | b'%'));
        let len = end.unwrap_or(piece.len()) as u32;
        self.out.copy(self.format, len)?;
        self.format = self.format.checked_add(len).ok_or(Halt::OutOfBounds)?;
        self.out.read(len)
    }

    fn directive(&mut self) -> Result<(), Halt> {
        let start = self.format;
        self.out.charge(DIRECTIVE_WORK);
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
            b'f' | b'F' | b'e' | b'E' | b'g' | b'G' | b'a' | b'A' => self.float(&spec, conversion),
            b'n' => self.word().map(|_| ()),
            b'%' => self.out.put(b'%'),
            _ => self.unknown(&spec, conversion, start),
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

    /// Reads a precision. A negative argument counts as an absent precision.
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
        if address == 0 {
            let limit = spec.precision.unwrap_or(u32::MAX) as usize;
            let text = &NULL[..NULL.len().min(limit)];
            return self.padded(spec, b"", text.len() as u32, false, |out| out.put_all(text));
        }
        let precision = spec.precision.unwrap_or(u32::MAX);
        // Only padding needs the length.
        let padding = match spec.width {
            0 => 0,
            width => width - self.string_len(address, width.min(precision))?,
        };
        if !spec.is_left {
            self.out.fill(b' ', padding)?;
        }
        let limit = match padding {
            0 => precision,
            padding => spec.width - padding,
        };
        self.copy_string(address, limit)?;
        if spec.is_left {
            self.out.fill(b' ', padding)?;
        }
        Ok(())
    }

    fn copy_string(&mut self, address: u32, limit: u32) -> Result<(), Halt> {
        // The bytes that an earlier part has written contain no NUL.
        let mut done = self.out.skipped(limit as usize) as u32;
        while done < limit {
            let from = address.checked_add(done).ok_or(Halt::OutOfBounds)?;
            let piece = (limit - done).min(MAX_LITERAL as u32);
            let len = self.string_len(from, piece)?;
            self.out.copy(from, len)?;
            if len < piece {
                return Ok(());
            }
            done += len;
        }
        Ok(())
    }

    /// Returns the length of a string, or `limit` if that is less.
    fn string_len(&mut self, address: u32, limit: u32) -> Result<u32, Halt> {
        let tail = tail(self.out.target.memory(), address)?;
        // A longer string cannot be printed within the work limit.
        let limit = (limit as usize).min(super::MAX_WORK as usize + 1);
        let readable = &tail[..limit.min(tail.len())];
        let end = readable.iter().position(|b| *b == 0);
        let len = match end {
            Some(len) => len,
            None if limit > tail.len() => return Err(Halt::OutOfBounds),
            None => limit,
        };
        self.out.charge(len as u32 + len as u32 / 2);
        Ok(len as u32)
    }

    /// Prints an unknown conversion unchanged. If its conversion is a letter, it consumes an
    /// argument, so that the following directives read their own arguments.
    fn unknown(&mut self, spec: &Spec, conversion: u8, start: u32) -> Result<(), Halt> {
        if conversion.is_ascii_alphabetic() {
            match spec.size {
                Size::Quad => self.quad().map(drop)?,
                Size::DoubleWord => self.double_word().map(drop)?,
                _ => self.word().map(drop)?,
            }
        }
        self.out.copy(start, self.format - start)
    }

    /// Prints a prefix and a body of `len` bytes, padded to the width: either with zeros between
    /// the two, or with blanks.
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

    pub(super) fn quad(&mut self) -> Result<f64, Halt> {
        Ok(self.arguments.quad(self.out.target.memory())?)
    }

    fn peek(&self) -> Result<u8, Halt> {
        Ok(byte(self.out.target.memory(), self.format)?)
    }

    fn step(&mut self) -> Result<(), Halt> {
        self.format = self.format.checked_add(1).ok_or(Halt::OutOfBounds)?;
        self.out.read(1)
    }

    fn accept(&mut self, wanted: u8) -> Result<bool, Halt> {
        let found = self.peek()? == wanted;
        if found {
            self.step()?;
        }
        Ok(found)
    }
}
