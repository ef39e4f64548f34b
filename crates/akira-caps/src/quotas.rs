/// How much an app may use. Zero always means the board's default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quotas {
    /// The RAM that it gets while it runs, in bytes, beyond the linear memory that its module declares: to grow that, and
    /// for the heap behind `malloc` and `mem_alloc`.
    pub memory: u32,
    /// Files, in bytes; each costs something beside its bytes.
    pub storage: u32,
    /// The share of the processor, in percent, whether others want it or not.
    pub cpu_share: u8,
    /// The longest processor time between two waits, in milliseconds.
    pub exec_timeout_ms: u32,
    /// Handles of all kinds, and what it has without one, such as the display; its open files are one.
    pub handles: u16,
    /// Messages that wait to be read.
    pub queue: u16,
    /// The arena behind `malloc` and `mem_alloc`, in KiB.
    pub heap_kb: u16,
    /// The engine's stack for the app, in KiB. Engines differ, so a board does not give less than its default.
    pub stack_kb: u16,
    /// What it may cost the flash in an hour, in KiB: the bytes that are programmed for its files and settings and for
    /// what must be moved for them, and those of the pages that are erased for that.
    pub flash_kb_per_hour: u16,
}

impl Quotas {
    /// Returns the limits that both set, where zero is no limit.
    pub fn tightened(&self, other: &Self) -> Self {
        Self {
            memory: lower(self.memory, other.memory),
            storage: lower(self.storage, other.storage),
            cpu_share: lower(self.cpu_share, other.cpu_share),
            exec_timeout_ms: lower(self.exec_timeout_ms, other.exec_timeout_ms),
            handles: lower(self.handles, other.handles),
            queue: lower(self.queue, other.queue),
            heap_kb: lower(self.heap_kb, other.heap_kb),
            stack_kb: lower(self.stack_kb, other.stack_kb),
            flash_kb_per_hour: lower(self.flash_kb_per_hour, other.flash_kb_per_hour),
        }
    }

    /// Returns these quotas with each at most that of `limits`, where zero is no limit. What is zero here stays so: fill in
    /// the defaults first, that they do not pass the limits.
    pub fn clamp_to(&self, limits: &Self) -> Self {
        Self {
            memory: clamp(self.memory, limits.memory),
            storage: clamp(self.storage, limits.storage),
            cpu_share: clamp(self.cpu_share, limits.cpu_share),
            exec_timeout_ms: clamp(self.exec_timeout_ms, limits.exec_timeout_ms),
            handles: clamp(self.handles, limits.handles),
            queue: clamp(self.queue, limits.queue),
            heap_kb: clamp(self.heap_kb, limits.heap_kb),
            stack_kb: clamp(self.stack_kb, limits.stack_kb),
            flash_kb_per_hour: clamp(self.flash_kb_per_hour, limits.flash_kb_per_hour),
        }
    }
}

/// Returns the lower of two limits, of which zero is none.
fn lower<T: Ord + Default>(one: T, other: T) -> T {
    if one == T::default() {
        other
    } else {
        clamp(one, other)
    }
}

fn clamp<T: Ord + Default>(asked: T, limit: T) -> T {
    if limit == T::default() {
        asked
    } else {
        asked.min(limit)
    }
}
