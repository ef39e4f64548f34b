use super::block::Block;
use akira_abi::Errno;
use alloc::vec::Vec;

/// All blocks of the heap in order of address, without gaps. No two free blocks are adjacent.
#[derive(Debug)]
pub(super) struct Table {
    blocks: Vec<Block>,
    most: usize,
}

impl Table {
    /// Creates a table for at most `most` blocks. It allocates memory for all of them when the
    /// first block is added.
    pub(super) const fn new(most: usize) -> Self {
        Self {
            blocks: Vec::new(),
            most,
        }
    }

    /// Adds the range from the end of the last block, or from `begin`, to `end`. Adds nothing if
    /// the table has no room for another block.
    pub(super) fn extend(&mut self, begin: u32, end: u32) {
        let from = self.end().max(begin);
        let size = end.saturating_sub(from);
        match self.blocks.last_mut() {
            _ if size == 0 => {}
            Some(last) if !last.is_used() => last.set_size(last.size() + size),
            _ => {
                // The range is added once the table has room again. Until then `last_free` returns
                // `None`.
                let _ = self.insert(self.blocks.len(), Block::free(from, size));
            }
        }
    }

    /// Returns the start of the free range at the end of the heap; `None` if the table has no room
    /// for a block there.
    pub(super) fn last_free(&self) -> Option<u32> {
        match self.blocks.last() {
            Some(last) if !last.is_used() => Some(last.address()),
            _ if self.blocks.len() >= self.most => None,
            _ => Some(self.end()),
        }
    }

    /// Returns the index of the smallest free block that is large enough. Among blocks of equal
    /// size, it chooses the lowest address.
    pub(super) fn best_fit(&self, size: u32) -> Option<usize> {
        let fitting = self.blocks.iter().enumerate().filter(|(_, b)| b.fits(size));
        fitting
            .min_by_key(|(_, b)| b.size())
            .map(|(index, _)| index)
    }

    /// Marks a free block as used, cuts it down to `size` bytes, and returns its address.
    ///
    /// # Errors
    ///
    /// `ENOMEM` if the table has no room for the remaining free block.
    pub(super) fn take(&mut self, index: usize, size: u32) -> Result<u32, Errno> {
        self.cut(index, size)?;
        self.blocks[index].set_used(true);
        Ok(self.blocks[index].address())
    }

    /// Frees a block and joins it with free neighbours.
    pub(super) fn free(&mut self, index: usize) {
        self.blocks[index].set_used(false);
        self.join_next(index);
        if let Some(previous) = index.checked_sub(1).filter(|i| !self.blocks[*i].is_used()) {
            self.join_next(previous);
        }
    }

    /// Resizes a block in use in place. Returns `false`, and changes nothing, if that is not
    /// possible.
    pub(super) fn resize(&mut self, index: usize, size: u32) -> bool {
        if size > self.blocks[index].size() + self.free_after(index) {
            return false;
        }
        self.join_next(index);
        // If the table has no room for the remaining block, the resized block keeps its size.
        let _ = self.cut(index, size);
        true
    }

    pub(super) fn find_used(&self, address: u32) -> Option<usize> {
        let index = self.blocks.binary_search_by_key(&address, Block::address);
        index.ok().filter(|index| self.blocks[*index].is_used())
    }

    pub(super) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    fn end(&self) -> u32 {
        self.blocks.last().map_or(0, Block::end)
    }

    /// Cuts a block down to `size` bytes. The remaining bytes become a separate free block.
    fn cut(&mut self, index: usize, size: u32) -> Result<(), Errno> {
        let block = self.blocks[index];
        let rest = block.size() - size;
        if rest > 0 {
            self.insert(index + 1, Block::free(block.address() + size, rest))?;
            self.blocks[index].set_size(size);
        }
        Ok(())
    }

    /// Merges the block after `index` into the block at `index` if it is free.
    fn join_next(&mut self, index: usize) {
        let more = self.free_after(index);
        if more > 0 {
            let size = self.blocks[index].size() + more;
            self.blocks[index].set_size(size);
            self.blocks.remove(index + 1);
        }
    }

    /// Returns the size of the block after `index` if it is free, else 0.
    fn free_after(&self, index: usize) -> u32 {
        let next = self.blocks.get(index + 1).filter(|b| !b.is_used());
        next.map_or(0, Block::size)
    }

    fn insert(&mut self, index: usize, block: Block) -> Result<(), Errno> {
        let room = self.most.saturating_sub(self.blocks.len());
        if room == 0 || self.blocks.try_reserve_exact(room).is_err() {
            return Err(Errno::ENOMEM);
        }
        self.blocks.insert(index, block);
        Ok(())
    }
}
