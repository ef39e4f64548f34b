//! The host's heap in an app's linear memory, for `malloc`, `mem_alloc` and other calls that
//! allocate for C.

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

/// Alignment of every allocation in bytes: C's largest alignment on wasm32.
const ALIGNMENT: u32 = 16;

/// Maximum number of blocks, in use or free. A heap of 16 KiB never needs more, since no block is
/// smaller than the alignment.
const MOST_BLOCKS: u32 = 1_024;

/// Allocator for a range of linear memory above the memory that the app's module declares: best
/// fit, coalescing at each free.
///
/// The bookkeeping is in the host's memory only: an app can overwrite the contents of its blocks,
/// but it cannot corrupt the heap.
///
/// The search for a free block takes time in proportion to [`Heap::blocks`], which is bounded and
/// charged as fuel. The search for a block to free takes time in proportion to the logarithm of
/// that number.
#[derive(Debug)]
pub(crate) struct Heap {
    ground: Ground,
    table: Table,
}

impl Heap {
    /// Creates an empty heap of at most `most` bytes.
    pub(crate) fn new(most: u32) -> Self {
        Self {
            ground: Ground::new(most),
            table: Table::new(blocks_max(most) as usize),
        }
    }

    /// Returns the maximum bytes of the host's own memory that a heap of `most` bytes uses.
    pub(crate) fn host_bytes(most: u32) -> u64 {
        u64::from(blocks_max(most)) * size_of::<Block>() as u64
    }

    /// Allocates `size` bytes in a memory of `memory_bytes`.
    ///
    /// # Errors
    ///
    /// `ENOMEM` if the heap has no free range of this size, or [`Fault::Grow`] if the memory must
    /// grow first.
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

    /// Frees an allocation and joins it with free neighbours. Returns `false`, and changes nothing,
    /// if no allocation starts at `address`.
    pub(crate) fn free(&mut self, address: u32) -> bool {
        let index = self.table.find_used(address);
        if let Some(index) = index {
            self.table.free(index);
        }
        index.is_some()
    }

    /// Resizes an allocation in place. Returns `false`, and changes nothing, if that is not
    /// possible.
    pub(crate) fn resize(&mut self, address: u32, size: u32) -> bool {
        match (self.table.find_used(address), rounded(size)) {
            (Some(index), Some(size)) => self.table.resize(index, size),
            _ => false,
        }
    }

    /// Returns the size of an allocation in bytes, rounded up to the alignment; `None` if no
    /// allocation starts at `address`.
    pub(crate) fn size_of(&self, address: u32) -> Option<u32> {
        let index = self.table.find_used(address)?;
        self.table.blocks().get(index).map(Block::size)
    }

    /// Returns the number of blocks, in use or free.
    pub(crate) fn blocks(&self) -> usize {
        self.table.blocks().len()
    }

    /// Records that the memory is not grown for the last [`Fault::Grow`]: any later growth of the
    /// memory belongs to the guest.
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
