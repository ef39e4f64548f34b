use super::block::Block;
use akira_abi::Errno;
use alloc::vec::Vec;

/// The blocks in order of address, without gaps from the first address to the last; no two free ones touch.
#[derive(Debug)]
pub(super) struct Table {
    blocks: Vec<Block>,
    most: usize,
}

impl Table {
    /// Makes a table for so many blocks. It takes its memory with the first, at once.
    pub(super) const fn new(most: usize) -> Self {
        Self {
            blocks: Vec::new(),
            most,
        }
    }

    /// Adds what lies between the last block, or `begin`, and `end`; if that takes one block too many, nothing.
    pub(super) fn extend(&mut self, begin: u32, end: u32) {
        let from = self.end().max(begin);
        let size = end.saturating_sub(from);
        match self.blocks.last_mut() {
            _ if size == 0 => {}
            Some(last) if !last.is_used() => last.set_size(last.size() + size),
            _ => {
                // It is added when there is room again: until then `last_free` says that there is none.
                let _ = self.insert(self.blocks.len(), Block::free(from, size));
            }
        }
    }

    /// Returns where a block at the end would begin; `None` if there is no room for one more.
    pub(super) fn last_free(&self) -> Option<u32> {
        match self.blocks.last() {
            Some(last) if !last.is_used() => Some(last.address()),
            _ if self.blocks.len() >= self.most => None,
            _ => Some(self.end()),
        }
    }

    /// Returns the smallest free block that is large enough, the lowest among equals.
    pub(super) fn best_fit(&self, size: u32) -> Option<usize> {
        let fitting = self.blocks.iter().enumerate().filter(|(_, b)| b.fits(size));
        fitting
            .min_by_key(|(_, b)| b.size())
            .map(|(index, _)| index)
    }

    /// Puts a free block to use, cut down to this size, and returns its address.
    ///
    /// # Errors
    ///
    /// `ENOMEM` if the rest would be one block too many.
    pub(super) fn take(&mut self, index: usize, size: u32) -> Result<u32, Errno> {
        self.cut(index, size)?;
        self.blocks[index].set_used(true);
        Ok(self.blocks[index].address())
    }

    /// Frees a block and joins it with the free ones before and after it.
    pub(super) fn free(&mut self, index: usize) {
        self.blocks[index].set_used(false);
        self.join_next(index);
        if let Some(previous) = index.checked_sub(1).filter(|i| !self.blocks[*i].is_used()) {
            self.join_next(previous);
        }
    }

    /// Changes the size of a block in use, and tells whether that could be done in place.
    pub(super) fn resize(&mut self, index: usize, size: u32) -> bool {
        if size > self.blocks[index].size() + self.free_after(index) {
            return false;
        }
        self.join_next(index);
        // Without room for one more block it keeps what it has.
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

    /// Cuts a block down to this size; the rest becomes a free block of its own.
    fn cut(&mut self, index: usize, size: u32) -> Result<(), Errno> {
        let block = self.blocks[index];
        let rest = block.size() - size;
        if rest > 0 {
            self.insert(index + 1, Block::free(block.address() + size, rest))?;
            self.blocks[index].set_size(size);
        }
        Ok(())
    }

    /// Adds a free block that follows to the block at `index`.
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
