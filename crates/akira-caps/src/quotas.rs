/// Limits on the shared resources that an app uses. In a manifest, zero stands for the board's
/// default; in a policy, zero means no limit.
///
/// ```
/// use akira_caps::Quotas;
///
/// let quotas = Quotas::default().with_memory(64 << 10).with_handles(8);
/// assert_eq!((quotas.memory, quotas.handles, quotas.queue), (65_536, 8, 0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quotas {
    /// RAM of the running app in bytes, beyond the linear memory that its module declares: for
    /// growth of that memory, and for the heap of `malloc` and `mem_alloc`.
    pub memory: u32,
    /// Total size of the app's files, in bytes. Each file also has an overhead.
    pub storage: u32,
    /// Maximum share of the CPU in percent. It applies even if no other app needs the CPU.
    pub cpu_share: u8,
    /// Maximum time that the app may compute between two waits, in milliseconds.
    pub exec_timeout_ms: u32,
    /// Maximum number of open handles that native calls have returned to the app.
    pub handles: u16,
    /// Maximum number of messages that wait for the app.
    pub queue: u16,
    /// Size of the heap of `malloc` and `mem_alloc`, in KiB.
    pub heap_kb: u16,
    /// Size of the engine's stack for the app, in KiB. Engines differ in their needs, so a board
    /// gives at least its default.
    pub stack_kb: u16,
    /// Flash wear that the app may cause per hour, in KiB. It includes the bytes programmed for the
    /// app's files and settings, the bytes of records that are moved for them, and the size of the
    /// pages that are erased for them.
    pub flash_kb_per_hour: u16,
}

/// Functions that set one field.
macro_rules! setters {
    ($($name:ident $field:ident $ty:ty)*) => {
        impl Quotas {
            $(
                #[doc = concat!("Sets [`", stringify!($field), "`](Self::", stringify!($field), ").")]
                pub const fn $name(mut self, $field: $ty) -> Self {
                    self.$field = $field;
                    self
                }
            )*
        }
    };
}

setters! {
    with_memory memory u32
    with_storage storage u32
    with_cpu_share cpu_share u8
    with_exec_timeout_ms exec_timeout_ms u32
    with_handles handles u16
    with_queue queue u16
    with_heap_kb heap_kb u16
    with_stack_kb stack_kb u16
    with_flash_kb_per_hour flash_kb_per_hour u16
}

impl Quotas {
    /// Quotas that are all zero: the board's defaults in a manifest, no limits in a policy.
    pub const NONE: Self = Self {
        memory: 0,
        storage: 0,
        cpu_share: 0,
        exec_timeout_ms: 0,
        handles: 0,
        queue: 0,
        heap_kb: 0,
        stack_kb: 0,
        flash_kb_per_hour: 0,
    };

    /// Returns the lower of two limits for each quota, where zero means no limit.
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

    /// Returns these quotas, each reduced to the same quota in `limits`, where zero means no limit.
    /// A quota of zero in `self` stays zero: fill in the defaults first, so that they cannot exceed
    /// the limits.
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

/// Returns the lower of two limits, where zero means no limit.
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
