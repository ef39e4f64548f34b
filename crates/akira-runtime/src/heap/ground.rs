use super::ALIGNMENT;
use crate::native::Fault;
use akira_abi::Errno;

/// Range of linear memory that a heap owns: from the end of the guest's memory when the heap was
/// first used, to the end of the memory that has grown for the heap.
#[derive(Debug)]
pub(super) struct Ground {
    /// Maximum bytes of the heap.
    most: u32,
    begin: u32,
    /// End of the heap's memory, if it is above `begin`.
    end: u64,
    /// Upper bound of `end`.
    limit: u32,
    /// Whether the heap requested growth, after which the allocation is repeated at once.
    growing: bool,
}

impl Ground {
    pub(super) fn new(most: u32) -> Self {
        Self::behind(0, most)
    }

    /// Begins at the end of the guest's memory, but not at 0, which is not a valid address for an
    /// app.
    fn behind(memory_bytes: u64, most: u32) -> Self {
        let limit = floor(memory_bytes.saturating_add(u64::from(most)));
        let begin = memory_bytes
            .max(1)
            .next_multiple_of(u64::from(ALIGNMENT))
            .min(u64::from(limit)) as u32;
        Self {
            most,
            begin,
            end: memory_bytes,
            limit,
            growing: false,
        }
    }

    /// Records the size of linear memory. Returns whether the heap has just requested growth, in
    /// which case the new memory belongs to the heap.
    pub(super) fn note(&mut self, memory_bytes: u64) -> bool {
        let asked = core::mem::take(&mut self.growing);
        if asked {
            self.end = self.end.max(memory_bytes);
        } else if self.end <= u64::from(self.begin) {
            *self = Self::behind(memory_bytes, self.most);
        }
        asked
    }

    /// Forgets the request for growth.
    pub(super) fn forget_growth(&mut self) {
        self.growing = false;
    }

    /// Returns the start of the range. While the range is empty, returns the address at which it
    /// would start.
    pub(super) fn begin(&self) -> u32 {
        self.begin
    }

    /// Returns the end of the usable part of the range.
    pub(super) fn end(&self) -> u32 {
        floor(self.end).min(self.limit)
    }

    /// Returns the fault that makes the memory grow up to the address `to`.
    ///
    /// The range at least doubles, so that not each of many small allocations copies the memory.
    ///
    /// # Errors
    ///
    /// `ENOMEM`, as a fault, if `to` is beyond the limit, or if the guest itself has grown its
    /// memory behind the heap.
    pub(super) fn grow(&mut self, to: u64, memory_bytes: u64) -> Fault {
        if to > u64::from(self.limit) || memory_bytes != self.end {
            return Errno::ENOMEM.into();
        }
        self.growing = true;
        let taken = self.end.saturating_sub(u64::from(self.begin));
        let doubled = self.end.saturating_add(taken).min(u64::from(self.limit));
        // Neither value exceeds the limit.
        Fault::Grow(to.max(doubled) as u32)
    }
}

/// Returns the last aligned address that is not above `address`.
fn floor(address: u64) -> u32 {
    address.min(u64::from(u32::MAX)) as u32 & !(ALIGNMENT - 1)
}
