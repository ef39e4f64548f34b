use super::ModuleError;
use core::ops::Range;

/// Reads the primitives of the binary format from a part of a module.
#[derive(Clone, Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    /// Creates a reader of this range of `bytes`; the range is clipped to the bytes.
    pub(super) fn new(bytes: &'a [u8], range: Range<usize>) -> Self {
        let end = range.end.min(bytes.len());
        Self {
            bytes,
            position: range.start.min(end),
            end,
        }
    }

    /// Returns a reader of the same bytes from this offset in the module.
    pub(super) fn at(&self, position: usize) -> Self {
        Self {
            position: position.min(self.end),
            ..self.clone()
        }
    }

    /// Returns the offset of the next byte in the module.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    pub(super) fn is_empty(&self) -> bool {
        self.position == self.end
    }

    /// Checks that nothing is left to read.
    pub(super) fn end(&self) -> Result<(), ModuleError> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(ModuleError::Malformed(self.position))
        }
    }

    /// Skips the remaining bytes.
    pub(super) fn finish(&mut self) {
        self.position = self.end;
    }

    /// Returns all bytes of the module.
    #[cfg(feature = "wasmi")]
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Returns the remaining bytes.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.position..self.end).unwrap_or(&[])
    }

    pub(super) fn byte(&mut self) -> Result<u8, ModuleError> {
        let byte = *self
            .rest()
            .first()
            .ok_or(ModuleError::Truncated(self.position))?;
        self.position += 1;
        Ok(byte)
    }

    /// Returns the next byte without reading it.
    #[cfg(feature = "wasmi")]
    pub(super) fn first(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// Returns the error for a malformed item at the current offset.
    #[cfg(feature = "wasmi")]
    pub(super) fn malformed(&self) -> ModuleError {
        ModuleError::Malformed(self.position)
    }

    /// Reads a size and skips that many bytes; returns a reader of the skipped bytes.
    #[cfg(feature = "wasmi")]
    pub(super) fn part(&mut self) -> Result<Self, ModuleError> {
        let size = self.u32()?;
        let start = self.position;
        self.skip(size)?;
        Ok(Self::new(self.bytes, start..self.position))
    }

    /// Reads a signed LEB128 number of 32 bits, as the bits of an unsigned one.
    #[cfg(feature = "wasmi")]
    pub(super) fn i32(&mut self) -> Result<u32, ModuleError> {
        let (mut value, mut bits) = (0_u64, 0);
        for _ in 0..5 {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << bits;
            bits += 7;
            if byte & 0x80 == 0 {
                let sign = u64::MAX << bits;
                return Ok(if byte & 0x40 != 0 {
                    value | sign
                } else {
                    value
                } as u32);
            }
        }
        Err(self.malformed())
    }

    /// Skips a signed or unsigned LEB128 number of at most `most` bytes.
    #[cfg(feature = "wasmi")]
    pub(super) fn skip_leb(&mut self, most: u32) -> Result<(), ModuleError> {
        for _ in 0..most {
            if self.byte()? & 0x80 == 0 {
                return Ok(());
            }
        }
        Err(self.malformed())
    }

    pub(super) fn skip(&mut self, size: u32) -> Result<(), ModuleError> {
        self.take(size).map(|_| ())
    }

    /// Reads an unsigned LEB128 number of at most 32 bits.
    pub(super) fn u32(&mut self) -> Result<u32, ModuleError> {
        let at = self.position;
        let value = self.leb(5)?;
        u32::try_from(value).map_err(|_| ModuleError::Malformed(at))
    }

    /// Reads an unsigned LEB128 number of at most 64 bits.
    pub(super) fn u64(&mut self) -> Result<u64, ModuleError> {
        self.leb(10)
    }

    /// Reads the length of a vector, which cannot exceed the number of remaining bytes.
    pub(super) fn count(&mut self) -> Result<u32, ModuleError> {
        let at = self.position;
        let count = self.u32()?;
        if count as usize > self.end - self.position {
            return Err(ModuleError::Malformed(at));
        }
        Ok(count)
    }

    pub(super) fn name(&mut self) -> Result<&'a str, ModuleError> {
        let length = self.u32()?;
        let at = self.position;
        core::str::from_utf8(self.take(length)?).map_err(|_| ModuleError::Malformed(at))
    }

    pub(super) fn take(&mut self, size: u32) -> Result<&'a [u8], ModuleError> {
        let taken = self
            .rest()
            .get(..size as usize)
            .ok_or(ModuleError::Truncated(self.end))?;
        self.position += taken.len();
        Ok(taken)
    }

    fn leb(&mut self, most: u32) -> Result<u64, ModuleError> {
        let at = self.position;
        let mut value = 0_u64;
        for group in 0..most {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            let shifted = bits << (7 * group);
            if shifted >> (7 * group) != bits {
                break;
            }
            value |= shifted;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(ModuleError::Malformed(at))
    }
}
