use super::MAX_WORK;
use crate::memory::{OutOfBounds, put};

/// Where the output goes, and the memory that the rest comes from.
///
/// One thing, because `sprintf` reads and writes the same memory.
pub(super) trait Target {
    /// Returns linear memory.
    fn memory(&self) -> &[u8];

    /// Takes the byte at this place of the output.
    fn put(&mut self, at: u32, byte: u8) -> Result<(), OutOfBounds>;
}

/// Output to the host.
pub(super) struct Host<'a, F> {
    pub(super) memory: &'a [u8],
    pub(super) out: F,
}

impl<F: FnMut(u8)> Target for Host<'_, F> {
    fn memory(&self) -> &[u8] {
        self.memory
    }

    fn put(&mut self, _: u32, byte: u8) -> Result<(), OutOfBounds> {
        (self.out)(byte);
        Ok(())
    }
}

/// Output to linear memory; what is over `room` is not written.
pub(super) struct Guest<'a> {
    pub(super) memory: &'a mut [u8],
    pub(super) to: u32,
    pub(super) room: u32,
}

impl Guest<'_> {
    pub(super) fn memory_mut(&mut self) -> &mut [u8] {
        self.memory
    }
}

impl Target for Guest<'_> {
    fn memory(&self) -> &[u8] {
        self.memory
    }

    fn put(&mut self, at: u32, byte: u8) -> Result<(), OutOfBounds> {
        if at >= self.room {
            return Ok(());
        }
        let at = self.to.checked_add(at).ok_or(OutOfBounds)?;
        put(self.memory, at, byte)
    }
}

/// Why printing ends early.
#[derive(Clone, Copy, Debug)]
pub(super) enum Halt {
    OutOfBounds,
    TooMuchWork,
}

impl From<OutOfBounds> for Halt {
    fn from(_: OutOfBounds) -> Self {
        Self::OutOfBounds
    }
}

/// The output so far, and the work.
pub(super) struct Output<T> {
    pub(super) target: T,
    pub(super) len: u32,
    pub(super) work: u32,
}

impl<T: Target> Output<T> {
    pub(super) fn charge(&mut self, work: u32) -> Result<(), Halt> {
        self.work = self.work.saturating_add(work);
        if self.work > MAX_WORK {
            return Err(Halt::TooMuchWork);
        }
        Ok(())
    }

    pub(super) fn put(&mut self, byte: u8) -> Result<(), Halt> {
        self.charge(1)?;
        self.target.put(self.len, byte)?;
        self.len += 1;
        Ok(())
    }

    pub(super) fn put_all(&mut self, bytes: &[u8]) -> Result<(), Halt> {
        bytes.iter().try_for_each(|byte| self.put(*byte))
    }

    pub(super) fn fill(&mut self, byte: u8, count: u32) -> Result<(), Halt> {
        (0..count).try_for_each(|_| self.put(byte))
    }
}
