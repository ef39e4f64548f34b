use super::{MAX_WORK, PART_WORK};
use crate::memory::{OutOfBounds, bytes, range};

/// Destination of the output, and the memory that holds the format, the arguments and the strings.
///
/// One trait covers both, because `sprintf` reads and writes the same memory.
pub(super) trait Target {
    /// Returns the linear memory.
    fn memory(&self) -> &[u8];

    /// Writes at least one of these bytes, at offset `at` of the output. Returns how many were
    /// written, and the work in addition to their number.
    fn put(&mut self, at: u32, bytes: &[u8]) -> Result<(u32, u32), OutOfBounds>;

    /// Writes at least one of the `len` bytes of memory at `from`, like [`put`](Self::put).
    fn copy(&mut self, at: u32, from: u32, len: u32) -> Result<(u32, u32), OutOfBounds>;
}

/// Output to the host. `out` returns how many bytes it accepts, and the work in addition to their
/// number.
pub(super) struct Host<'a, F> {
    pub(super) memory: &'a [u8],
    pub(super) out: F,
}

impl<F: FnMut(&[u8]) -> (u32, u32)> Target for Host<'_, F> {
    fn memory(&self) -> &[u8] {
        self.memory
    }

    fn put(&mut self, _: u32, bytes: &[u8]) -> Result<(u32, u32), OutOfBounds> {
        Ok((self.out)(bytes))
    }

    fn copy(&mut self, _: u32, from: u32, len: u32) -> Result<(u32, u32), OutOfBounds> {
        Ok((self.out)(bytes(self.memory, from, len)?))
    }
}

/// Output to linear memory. Bytes beyond `room` are discarded.
pub(super) struct Guest<'a> {
    pub(super) memory: &'a mut [u8],
    pub(super) to: u32,
    pub(super) room: u32,
}

impl Guest<'_> {
    pub(super) fn memory_mut(&mut self) -> &mut [u8] {
        self.memory
    }

    /// Returns the range of memory for `len` bytes at offset `at`, shortened to the remaining room.
    fn place(&self, at: u32, len: u32) -> Result<core::ops::Range<usize>, OutOfBounds> {
        let len = len.min(self.room.saturating_sub(at));
        if len == 0 {
            return Ok(0..0);
        }
        let at = self.to.checked_add(at).ok_or(OutOfBounds)?;
        range(self.memory, at, len as usize)
    }
}

impl Target for Guest<'_> {
    fn memory(&self) -> &[u8] {
        self.memory
    }

    fn put(&mut self, at: u32, bytes: &[u8]) -> Result<(u32, u32), OutOfBounds> {
        let place = self.place(at, bytes.len() as u32)?;
        let kept = &bytes[..place.len()];
        self.memory[place].copy_from_slice(kept);
        Ok((bytes.len() as u32, 0))
    }

    fn copy(&mut self, at: u32, from: u32, len: u32) -> Result<(u32, u32), OutOfBounds> {
        let place = self.place(at, len)?;
        let source = range(self.memory, from, place.len())?;
        self.memory.copy_within(source, place.start);
        Ok((len, 0))
    }
}

/// Reason why printing stops early.
#[derive(Clone, Copy, Debug)]
pub(super) enum Halt {
    OutOfBounds,
    TooMuchWork,
    /// The part has used up its work; the next part continues.
    Part,
}

impl From<OutOfBounds> for Halt {
    fn from(_: OutOfBounds) -> Self {
        Self::OutOfBounds
    }
}

/// Work of reading a byte of the format.
const PER_BYTE: u32 = 5;

/// Maximum number of bytes written at once, so that a part ends soon after it reaches its limit.
const PIECE: usize = 64;

/// State of the output, and its work.
pub(super) struct Output<T> {
    pub(super) target: T,
    pub(super) len: u32,
    /// Number of bytes to skip because an earlier part has already written them.
    pub(super) skip: u32,
    /// Number of bytes of the format and of the output, in all parts.
    pub(super) bytes: u32,
    /// Work of this part.
    pub(super) work: u32,
}

impl<T: Target> Output<T> {
    /// Charges work in addition to the work of the bytes.
    pub(super) fn charge(&mut self, work: u32) {
        self.work = self.work.saturating_add(work);
    }

    /// Records that bytes of the format were read.
    pub(super) fn read(&mut self, len: u32) -> Result<(), Halt> {
        self.charge(len.saturating_mul(PER_BYTE));
        self.count(len)
    }

    fn count(&mut self, len: u32) -> Result<(), Halt> {
        self.bytes = self.bytes.saturating_add(len);
        match self.bytes > MAX_WORK {
            true => Err(Halt::TooMuchWork),
            false => Ok(()),
        }
    }

    pub(super) fn put(&mut self, byte: u8) -> Result<(), Halt> {
        self.put_all(&[byte])
    }

    pub(super) fn put_all(&mut self, bytes: &[u8]) -> Result<(), Halt> {
        let mut rest = bytes.get(self.skipped(bytes.len())..).unwrap_or_default();
        while !rest.is_empty() {
            let piece = rest.get(..PIECE).unwrap_or(rest);
            let piece = piece.get(..self.left()?).unwrap_or(piece);
            let taken = self.target.put(self.len, piece)?;
            rest = rest.get(taken.0 as usize..).unwrap_or_default();
            self.took(taken)?;
        }
        Ok(())
    }

    /// Writes bytes from linear memory.
    pub(super) fn copy(&mut self, from: u32, len: u32) -> Result<(), Halt> {
        let mut done = self.skipped(len as usize) as u32;
        while done < len {
            let piece = (len - done).min(PIECE as u32).min(self.left()? as u32);
            let from = from.checked_add(done).ok_or(OutOfBounds)?;
            let taken = self.target.copy(self.len, from, piece)?;
            done += taken.0;
            self.took(taken)?;
        }
        Ok(())
    }

    pub(super) fn fill(&mut self, byte: u8, count: u32) -> Result<(), Halt> {
        let bytes = [byte; PIECE];
        let mut left = count - self.skipped(count as usize) as u32;
        while left > 0 {
            let piece = left.min(PIECE as u32);
            self.put_all(&bytes[..piece as usize])?;
            left -= piece;
        }
        Ok(())
    }

    /// Returns how many of the next `len` bytes an earlier part has already written, and marks them
    /// as skipped.
    pub(super) fn skipped(&mut self, len: usize) -> usize {
        let skipped = len.min(self.skip as usize);
        self.skip -= skipped as u32;
        skipped
    }

    /// Returns how many bytes remain until [`MAX_WORK`].
    fn left(&self) -> Result<usize, Halt> {
        match MAX_WORK.saturating_sub(self.bytes) {
            0 => Err(Halt::TooMuchWork),
            left => Ok(left as usize),
        }
    }

    fn took(&mut self, (len, work): (u32, u32)) -> Result<(), Halt> {
        self.count(len)?;
        self.len += len;
        self.charge(len.saturating_add(work));
        match self.work > PART_WORK {
            true => Err(Halt::Part),
            false => Ok(()),
        }
    }
}
