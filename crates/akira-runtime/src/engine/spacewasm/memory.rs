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

/// Bytes that are cleared or moved at the price of one unit of fuel.
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

    /// Refuses what is over the limit of who asks, and notes what clearing it costs.
    fn check(&self, layout: Layout) -> Result<(), AllocError> {
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
        let debt = self.debt.get().saturating_add(bytes / BYTES_PER_FUEL);
        self.debt.set(debt);
        Ok(())
    }
}

/// Allocates the linear memory of one app.
#[derive(Debug)]
pub(super) struct Pages(pub(super) Rc<Bounds>);

impl WasmMemoryAllocator for Pages {
    fn allocate(&self, layout: Layout) -> Result<NonNull<u8>, AllocError> {
        self.0.check(layout)?;
        if layout.size() == 0 {
            return Err(AllocError::AllocationFailed);
        }
        // SAFETY: the size is not zero.
        let memory = unsafe { alloc::alloc::alloc(layout) };
        NonNull::new(memory).ok_or(AllocError::AllocationFailed)
    }

    fn reallocate(
        &self,
        memory: NonNull<u8>,
        old_layout: Layout,
        layout: Layout,
    ) -> Result<NonNull<u8>, AllocError> {
        self.0.check(layout)?;
        if layout.size() == 0 || layout.align() != old_layout.align() {
            return Err(AllocError::AllocationFailed);
        }
        // SAFETY: spacewasm gives what it got here, with the layout that it asked for; the alignment is the same, and the
        // size is not zero. Where null comes back, the old allocation stays, as the trait wants it.
        let memory = unsafe { alloc::alloc::realloc(memory.as_ptr(), old_layout, layout.size()) };
        NonNull::new(memory).ok_or(AllocError::AllocationFailed)
    }

    fn deallocate(&self, memory: NonNull<u8>, layout: Layout) {
        // SAFETY: spacewasm gives what it got here, once, with the layout that it asked for.
        unsafe { alloc::alloc::dealloc(memory.as_ptr(), layout) };
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
