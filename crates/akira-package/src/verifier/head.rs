use crate::claim;

/// Buffer for the bytes of one item, until it is complete.
#[derive(Clone, Debug)]
pub(super) struct Head {
    len: usize,
    bytes: [u8; claim::MOST_BYTES],
}

impl Head {
    pub(super) const fn new() -> Self {
        Self {
            len: 0,
            bytes: [0; claim::MOST_BYTES],
        }
    }

    /// Copies the missing bytes of an item of `size` bytes, and returns the rest of `more`.
    pub(super) fn fill<'b>(&mut self, more: &'b [u8], size: usize) -> &'b [u8] {
        let count = size.saturating_sub(self.len).min(more.len());
        let (taken, rest) = more.split_at(count);
        // No format has an item that is longer than the longest claim.
        if let Some(room) = self.bytes.get_mut(self.len..self.len + count) {
            room.copy_from_slice(taken);
            self.len += count;
        }
        rest
    }

    /// Returns the item once it has `size` bytes.
    pub(super) fn whole(&self, size: usize) -> Option<&[u8]> {
        self.bytes.get(..self.len).filter(|item| item.len() == size)
    }

    /// Discards the item.
    pub(super) fn clear(&mut self) {
        self.len = 0;
    }
}
