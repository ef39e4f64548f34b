use crate::memory::{OutOfBounds, bytes};

/// The variable arguments as clang lays them out for wasm32: each aligned to its size, 4 or 8 bytes.
#[derive(Clone, Copy)]
pub(super) struct Arguments {
    at: u32,
}

impl Arguments {
    pub(super) const fn new(at: u32) -> Self {
        Self { at }
    }

    /// Returns where the next one is.
    pub(super) const fn at(&self) -> u32 {
        self.at
    }

    /// Takes an `int`, a `long` or a pointer.
    pub(super) fn word(&mut self, memory: &[u8]) -> Result<u32, OutOfBounds> {
        self.take(memory).map(u32::from_le_bytes)
    }

    /// Takes a `long long` or a `double`.
    pub(super) fn double_word(&mut self, memory: &[u8]) -> Result<u64, OutOfBounds> {
        self.take(memory).map(u64::from_le_bytes)
    }

    fn take<const SIZE: usize>(&mut self, memory: &[u8]) -> Result<[u8; SIZE], OutOfBounds> {
        let size = SIZE as u32;
        let at = self.at.checked_next_multiple_of(size).ok_or(OutOfBounds)?;
        self.at = at.checked_add(size).ok_or(OutOfBounds)?;
        bytes(memory, at, size)?.try_into().map_err(|_| OutOfBounds)
    }
}
