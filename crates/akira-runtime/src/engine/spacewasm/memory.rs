//! An app's linear memory: bounded by its limits, and seen as bytes by the host.

#![expect(
    unsafe_code,
    reason = "spacewasm's linear memory is a raw allocation of the embedder, with no way to its bytes but a pointer"
)]

use super::SpacewasmInstance;
use crate::engine::{Host, Limits};
use ::spacewasm::{AllocError, Engine, Memory, WasmMemoryAllocator};
use alloc::rc::Rc;
use core::alloc::Layout;
use core::cell::Cell;
use core::ptr::NonNull;

/// Bytes that are cleared at the price of one unit of fuel.
const BYTES_PER_FUEL: u64 = 64;

/// What the linear memory of an app may grow to.
#[derive(Debug)]
pub(super) struct Bounds {
    limits: Limits,
    /// Bytes that the host's heap has taken.
    heap_bytes: Cell<u64>,
    /// Whether it is the host that grows the memory now.
    by_host: Cell<bool>,
    /// Fuel that growth has cost and nobody has paid.
    debt: Cell<u64>,
}

impl Bounds {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            heap_bytes: Cell::new(0),
            by_host: Cell::new(false),
            debt: Cell::new(0),
        }
    }

    /// Returns the size of a page in bytes.
    pub(super) fn page_bytes(&self) -> u64 {
        self.limits.page_bytes.max(1)
    }

    /// Takes the fuel that growth has cost since the last time.
    pub(super) fn take_debt(&self) -> u64 {
        self.debt.take()
    }

    /// Grows a memory for the host's heap. Where that fails, it stays as it was.
    pub(super) fn grow_for_host(&self, memory: &mut Memory, bytes: u64) {
        let before = memory.get_slice().len() as u64;
        let pages = bytes.saturating_sub(before).div_ceil(self.page_bytes());
        self.by_host.set(true);
        let grown = memory.grow(u32::try_from(pages).unwrap_or(u32::MAX));
        self.by_host.set(false);
        if grown.is_ok() {
            let after = memory.get_slice().len() as u64;
            self.heap_bytes
                .set(self.heap_bytes.get().saturating_add(after - before));
        }
    }

    /// Refuses what is over the limit of who asks, and notes what it costs to clear so many bytes of it.
    fn check(&self, layout: Layout, cleared: usize) -> Result<(), AllocError> {
        let guest = self.limits.guest_memory_bytes;
        let most = if self.by_host.get() {
            self.limits.memory_bytes
        } else {
            guest
                .saturating_add(self.heap_bytes.get())
                .min(self.limits.memory_bytes)
        };
        let bytes = layout.size() as u64;
        if bytes > most {
            return Err(AllocError::OutOfMemory);
        }
        let cost = cleared as u64 / BYTES_PER_FUEL;
        let debt = self.debt.get().saturating_add(cost);
        self.debt.set(debt);
        Ok(())
    }
}

/// Allocates the linear memory of one app: at once all that it may ever have, so that it never moves, takes no more than
/// admission counted, and grows whenever it may.
#[derive(Debug)]
pub(super) struct Pages(pub(super) Rc<Bounds>);

impl Pages {
    /// Returns the layout of all that the memory may have.
    fn reserved(&self, align: usize) -> Result<Layout, AllocError> {
        usize::try_from(self.0.limits.memory_bytes)
            .ok()
            .and_then(|bytes| Layout::from_size_align(bytes, align).ok())
            .filter(|reserved| reserved.size() > 0)
            .ok_or(AllocError::AllocationFailed)
    }
}

impl WasmMemoryAllocator for Pages {
    fn allocate(&self, layout: Layout) -> Result<NonNull<u8>, AllocError> {
        self.0.check(layout, layout.size())?;
        let reserved = self.reserved(layout.align())?;
        // SAFETY: the size is not zero.
        let memory = unsafe { alloc::alloc::alloc(reserved) };
        NonNull::new(memory).ok_or(AllocError::AllocationFailed)
    }

    fn reallocate(
        &self,
        memory: NonNull<u8>,
        old_layout: Layout,
        layout: Layout,
    ) -> Result<NonNull<u8>, AllocError> {
        // No more is reserved than `check` lets the memory have.
        let cleared = layout.size().saturating_sub(old_layout.size());
        self.0.check(layout, cleared)?;
        if layout.align() == old_layout.align() {
            Ok(memory)
        } else {
            Err(AllocError::AllocationFailed)
        }
    }

    fn deallocate(&self, memory: NonNull<u8>, layout: Layout) {
        if let Ok(reserved) = self.reserved(layout.align()) {
            // SAFETY: spacewasm gives what it got here, once, with the alignment that it asked for; the size is the same each
            // time.
            unsafe { alloc::alloc::dealloc(memory.as_ptr(), reserved) };
        }
    }
}

/// Lends the bytes of the linear memory to a host call.
pub(super) fn bytes(engine: &mut Engine) -> &mut [u8] {
    let cells = engine.store.get_memory(engine.module).as_shared_cells();
    // SAFETY: the cells may be written through, and live until the memory grows or goes; both take the engine, which is lent
    // for as long. Nothing else makes references to them: spacewasm reads and writes through its pointer, one operation at
    // a time, and this crate only in here.
    unsafe { core::slice::from_raw_parts_mut(cells.as_ptr().cast_mut().cast::<u8>(), cells.len()) }
}

/// Lends the linear memory and the host to who owns the instance.
pub(super) fn lend<H: Host>(instance: &mut SpacewasmInstance<H>) -> (&mut [u8], &mut H) {
    let state = instance.state.as_ptr();
    // SAFETY: the other owners of the state are the host functions, which borrow it only while the engine runs; that takes
    // the instance, which is lent for as long.
    let host = unsafe { &mut (*state).host };
    (bytes(&mut instance.engine), host)
}
