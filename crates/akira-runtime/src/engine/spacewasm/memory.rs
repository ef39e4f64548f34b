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

/// Bytes cleared for one unit of fuel.
const BYTES_PER_FUEL: u64 = 64;

/// Growth limits of an app's linear memory.
#[derive(Debug)]
pub(super) struct Bounds {
    limits: Limits,
    /// Bytes allocated to the host's heap.
    heap_bytes: Cell<u64>,
    /// Whether the current growth is for the host.
    by_host: Cell<bool>,
    /// Unpaid fuel for growth.
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

    /// Returns the fuel that growth has cost since the last call, and resets it to zero.
    pub(super) fn take_debt(&self) -> u64 {
        self.debt.take()
    }

    /// Grows a memory for the host's heap. A failure leaves it unchanged.
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

    /// Rejects a size over the limit of the requester (the guest or the host), and records the cost
    /// of clearing `cleared` bytes.
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

/// Allocator for the linear memory of one app. It reserves the maximum size at once, so that the
/// memory never moves, takes at most the bytes that admission counted, and can always grow up to
/// its limit.
#[derive(Debug)]
pub(super) struct Pages(pub(super) Rc<Bounds>);

impl Pages {
    /// Returns the layout of the maximum size.
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
        // The reserved size is at least the size that `check` permits.
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
            // SAFETY: spacewasm passes a pointer from `allocate`, once, with the alignment that it
            // requested there; the reserved size is the same each time.
            unsafe { alloc::alloc::dealloc(memory.as_ptr(), reserved) };
        }
    }
}

/// Returns the bytes of the linear memory for a host call.
pub(super) fn bytes(engine: &mut Engine) -> &mut [u8] {
    let cells = engine.store.get_memory(engine.module).as_shared_cells();
    // SAFETY: the cells may be written through, and live until the memory grows or is dropped; both
    // need the engine, which is mutably borrowed as long as the slice. Nothing else creates
    // references to them: spacewasm reads and writes through its pointer, one operation at a time,
    // and this crate only in this function.
    unsafe { core::slice::from_raw_parts_mut(cells.as_ptr().cast_mut().cast::<u8>(), cells.len()) }
}

/// Returns the linear memory and the host for the owner of the instance.
pub(super) fn lend<H: Host>(instance: &mut SpacewasmInstance<H>) -> (&mut [u8], &mut H) {
    let state = instance.state.as_ptr();
    // SAFETY: the other owners of the state are the host functions, which borrow it only while the
    // engine runs; running it needs the instance, which is mutably borrowed as long as `host`.
    let host = unsafe { &mut (*state).host };
    (bytes(&mut instance.engine), host)
}
