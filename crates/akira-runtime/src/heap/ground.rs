use super::ALIGNMENT;
use crate::native::Fault;
use akira_abi::Errno;

/// The range of linear memory that a heap owns: from behind what the guest had when the heap was first used, to where
/// memory has grown for the heap.
#[derive(Debug)]
pub(super) struct Ground {
    /// The most bytes that it may take.
    most: u32,
    begin: u32,
    /// Up to here it is the heap's, as far as that is above `begin`.
    end: u64,
    /// It never goes beyond this.
    limit: u32,
    /// Whether memory was asked to grow, for the allocation to be tried again at once.
    growing: bool,
}

impl Ground {
    pub(super) fn new(most: u32) -> Self {
        Self::behind(0, most)
    }

    /// Begins behind what the guest has, but not at 0, which is no address for an app.
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

    /// Notes how large memory is, and tells whether it was asked to grow just now: then what it grew by is the heap's.
    pub(super) fn note(&mut self, memory_bytes: u64) -> bool {
        let asked = core::mem::take(&mut self.growing);
        if asked {
            self.end = self.end.max(memory_bytes);
        } else if self.end <= u64::from(self.begin) {
            *self = Self::behind(memory_bytes, self.most);
        }
        asked
    }

    /// Forgets that memory was asked to grow.
    pub(super) fn forget_growth(&mut self) {
        self.growing = false;
    }

    /// Returns where it begins; until it owns something, where it would.
    pub(super) fn begin(&self) -> u32 {
        self.begin
    }

    /// Returns where the part of it ends that can be given out.
    pub(super) fn end(&self) -> u32 {
        floor(self.end).min(self.limit)
    }

    /// Returns the fault that makes memory grow, so that the ground reaches to `to`.
    ///
    /// What it owns at least doubles, so that many small allocations do not have memory moved for each of them.
    ///
    /// # Errors
    ///
    /// `ENOMEM`, as a fault, beyond the limit, or where the guest has itself taken what lies behind.
    pub(super) fn grow(&mut self, to: u64, memory_bytes: u64) -> Fault {
        if to > u64::from(self.limit) || memory_bytes != self.end {
            return Errno::ENOMEM.into();
        }
        self.growing = true;
        let taken = self.end.saturating_sub(u64::from(self.begin));
        let doubled = self.end.saturating_add(taken).min(u64::from(self.limit));
        // Neither is beyond the limit.
        Fault::Grow(to.max(doubled) as u32)
    }
}

/// Returns the last aligned address up to this one.
fn floor(address: u64) -> u32 {
    address.min(u64::from(u32::MAX)) as u32 & !(ALIGNMENT - 1)
}
