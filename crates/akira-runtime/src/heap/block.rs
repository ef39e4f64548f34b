use super::ALIGNMENT;

/// A piece of the heap, in use or free, in 8 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    address: u32,
    /// Size in bytes, a multiple of 16. Its lowest bit stores whether the block is in use.
    size_and_use: u32,
}

const USED: u32 = 1;

impl Block {
    pub(super) const fn free(address: u32, size: u32) -> Self {
        Self {
            address,
            size_and_use: size & !USED,
        }
    }

    pub(super) const fn address(&self) -> u32 {
        self.address
    }

    pub(super) const fn size(&self) -> u32 {
        self.size_and_use & !USED
    }

    pub(super) const fn end(&self) -> u32 {
        self.address + self.size()
    }

    pub(super) const fn is_used(&self) -> bool {
        self.size_and_use & USED != 0
    }

    pub(super) const fn set_used(&mut self, used: bool) {
        self.size_and_use = self.size() | used as u32;
    }

    /// Changes the size by moving the end.
    pub(super) const fn set_size(&mut self, size: u32) {
        self.size_and_use = size | self.size_and_use & USED;
    }

    pub(super) const fn fits(&self, size: u32) -> bool {
        !self.is_used() && self.size() >= size
    }
}

const _: () = assert!(ALIGNMENT > USED, "the lowest bit of a size is free");
