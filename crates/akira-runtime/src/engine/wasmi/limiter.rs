use super::Limits;
use wasmi::{ResourceLimiter, StoreLimits, StoreLimitsBuilder};

/// Maximum number of tables of an instance.
const TABLES: usize = 4;

/// Maximum number of memories: the only memory counts when the host creates it and again as an
/// import.
const MEMORIES: usize = 2;

/// Growth limits of an instance.
#[derive(Debug)]
pub(super) struct Limiter {
    limits: Limits,
    /// Bytes of linear memory allocated to the host's heap.
    heap_bytes: u64,
    now: StoreLimits,
}

impl Limiter {
    pub(super) fn new(limits: Limits) -> Self {
        let now = store_limits(limits, limits.guest_memory_bytes);
        Self {
            limits,
            heap_bytes: 0,
            now,
        }
    }

    /// Ends the load phase: the module is instantiated. From now on its tables keep their sizes,
    /// because no budget covers their growth, and because wasmi 2.0.0 continues at the wrong
    /// operation after the fuel ran out in `table.grow`.
    pub(super) fn end_load(&mut self) {
        self.limits.table_elements = 0;
        self.now = store_limits(self.limits, self.limits.guest_memory_bytes);
    }

    /// Returns the limits that currently apply.
    pub(super) fn now(&mut self) -> &mut dyn ResourceLimiter {
        &mut self.now
    }

    /// Returns the size of a page in bytes.
    pub(super) fn page_bytes(&self) -> u64 {
        self.limits.page_bytes
    }

    /// Attributes growth to the host until [`Limiter::end_host_growth`].
    pub(super) fn begin_host_growth(&mut self) {
        self.now = store_limits(self.limits, self.limits.memory_bytes);
    }

    /// Records that the memory grew by `grown` bytes for the host; the guest can still grow by the
    /// same amount as before.
    pub(super) fn end_host_growth(&mut self, grown: u64) {
        self.heap_bytes = self.heap_bytes.saturating_add(grown);
        let bytes = self
            .limits
            .guest_memory_bytes
            .saturating_add(self.heap_bytes);
        self.now = store_limits(self.limits, bytes.min(self.limits.memory_bytes));
    }
}

fn store_limits(limits: Limits, memory_bytes: u64) -> StoreLimits {
    StoreLimitsBuilder::new()
        .memory_size(usize::try_from(memory_bytes).unwrap_or(usize::MAX))
        .table_elements(limits.table_elements as usize)
        .instances(1)
        .memories(MEMORIES)
        .tables(TABLES)
        .build()
}
