//! The host's heap in an app's linear memory, for `malloc`, `mem_alloc` and what allocates for C.

mod block;
mod ground;
mod table;
#[cfg(test)]
mod tests;

use crate::native::Fault;
use akira_abi::Errno;
use block::Block;
use ground::Ground;
use table::Table;

/// Every allocation is aligned to this many bytes, which is C's largest alignment on wasm32.
const ALIGNMENT: u32 = 16;

/// The most blocks, in use or free. A heap of 16 KiB is never short of them, since none is smaller than the alignment.
const MOST_BLOCKS: u32 = 1_024;

/// Hands out a range of linear memory above what the app's module declares: best fit, coalescing at each free.
///
/// What is in use is noted on the host's side only: an app can spoil the contents of its memory, never the heap.
///
/// Looking for a block takes time in proportion to [`Heap::blocks`], which is bounded and charged as fuel; finding the
/// one to free, to its logarithm.
#[derive(Debug)]
pub(crate) struct Heap {
    ground: Ground,
    table: Table,
}

impl Heap {
    /// Makes an empty heap that may span so many bytes.
    pub(crate) fn new(most: u32) -> Self {
        Self {
            ground: Ground::new(most),
            table: Table::new(blocks_max(most) as usize),
        }
    }

    /// Returns the most bytes of the host's own memory that a heap of so many bytes costs.
    pub(crate) fn host_bytes(most: u32) -> u64 {
        u64::from(blocks_max(most)) * size_of::<Block>() as u64
    }

    /// Allocates `size` bytes in a memory of `memory_bytes`.
    ///
    /// # Errors
    ///
    /// `ENOMEM`, or [`Fault::Grow`] if the memory is too small yet.
    pub(crate) fn allocate(&mut self, size: u32, memory_bytes: u64) -> Result<u32, Fault> {
        let asked = self.ground.note(memory_bytes);
        let size = rounded(size).ok_or(Errno::ENOMEM)?;
        self.table.extend(self.ground.begin(), self.ground.end());
        match self.table.best_fit(size) {
            Some(index) => self.table.take(index, size).map_err(Fault::Errno),
            None if asked => Err(Errno::ENOMEM.into()),
            None => Err(self.grow_for(size, memory_bytes)),
        }
    }

    /// Frees an allocation, joins it with free neighbours, and tells whether there was one.
    pub(crate) fn free(&mut self, address: u32) -> bool {
        let index = self.table.find_used(address);
        if let Some(index) = index {
            self.table.free(index);
        }
        index.is_some()
    }

    /// Changes the size of an allocation where it lies, and tells whether that could be done.
    pub(crate) fn resize(&mut self, address: u32, size: u32) -> bool {
        match (self.table.find_used(address), rounded(size)) {
            (Some(index), Some(size)) => self.table.resize(index, size),
            _ => false,
        }
    }

    /// Returns the size of an allocation in bytes, as rounded up.
    pub(crate) fn size_of(&self, address: u32) -> Option<u32> {
        let index = self.table.find_used(address)?;
        self.table.blocks().get(index).map(Block::size)
    }

    /// Returns how many blocks there are, in use or free.
    pub(crate) fn blocks(&self) -> usize {
        self.table.blocks().len()
    }

    /// Notes that the last [`Fault::Grow`] is never answered: what memory grows by from now on is the guest's.
    pub(crate) fn forget_growth(&mut self) {
        self.ground.forget_growth();
    }

    fn grow_for(&mut self, size: u32, memory_bytes: u64) -> Fault {
        let Some(start) = self.table.last_free() else {
            return Errno::ENOMEM.into();
        };
        let start = start.max(self.ground.begin());
        self.ground
            .grow(u64::from(start) + u64::from(size), memory_bytes)
    }
}

fn rounded(size: u32) -> Option<u32> {
    size.max(1).checked_next_multiple_of(ALIGNMENT)
}

fn blocks_max(most: u32) -> u32 {
    (most / ALIGNMENT).min(MOST_BLOCKS)
}
