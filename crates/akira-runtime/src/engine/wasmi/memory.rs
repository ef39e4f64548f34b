//! An app's linear memory: one allocation of its maximum size, made when the app is loaded.
//!
//! wasmi's own memories grow like a `Vec`, to twice their size, and need both sizes at once when
//! they move. Here a memory grows inside its reserved allocation, so that it takes at most the
//! bytes that admission counted, and growth cannot fail for lack of RAM.

#![expect(
    unsafe_code,
    reason = "wasmi takes the bytes of a memory that the host keeps as a `&'static mut` slice, and an app's are not kept for ever"
)]

use super::{EngineError, Limits, LoadError, State};
use crate::module::MemoryLimits;
use alloc::format;
use core::alloc::Layout;
use core::ptr::NonNull;
use wasmi::{Memory, MemoryType, Store};

/// Allocation that holds the linear memory of an app.
#[derive(Debug)]
pub(super) struct Buffer {
    start: NonNull<u8>,
    layout: Layout,
}

impl Buffer {
    /// Allocates `bytes` bytes.
    ///
    /// # Errors
    ///
    /// [`LoadError::TooLarge`] if no free block of RAM is large enough.
    pub(super) fn new(bytes: u64) -> Result<Self, LoadError> {
        let too_large = || {
            let what =
                format!("no {bytes} contiguous bytes of RAM are free; stop another app first");
            LoadError::TooLarge(EngineError::new(what))
        };
        let size = usize::try_from(bytes.max(1)).map_err(|_| too_large())?;
        let layout = Layout::from_size_align(size, 8).map_err(|_| too_large())?;
        // SAFETY: the size is not zero.
        let start = unsafe { alloc::alloc::alloc_zeroed(layout) };
        let start = NonNull::new(start).ok_or_else(too_large)?;
        Ok(Self { start, layout })
    }

    /// Creates the memory that a module declares. The buffer must outlive the store, and backs one
    /// memory only.
    pub(super) fn memory<H>(
        &self,
        store: &mut Store<State<H>>,
        declared: MemoryLimits,
        limits: Limits,
    ) -> Result<Memory, LoadError> {
        let maximum = declared
            .maximum
            .map(|pages| pages.saturating_add(limits.heap_pages()));
        let most = ((1_u64 << 32) >> declared.page_log2).min(u32::MAX.into());
        let mut ty = MemoryType::builder();
        ty.min(declared.minimum)
            .max(maximum.map(|pages| pages.min(most)))
            .page_size_log2(declared.page_log2 as u8);
        let ty = ty
            .build()
            .map_err(|error| LoadError::Invalid(EngineError::new(error)))?;
        // SAFETY: the bytes are allocated and zeroed. The instance keeps this buffer next to the
        // store and drops it after the store, which is the only holder of the slice; nothing else
        // accesses the bytes.
        let bytes =
            unsafe { core::slice::from_raw_parts_mut(self.start.as_ptr(), self.layout.size()) };
        Memory::new_static(store, ty, bytes)
            .map_err(|error| LoadError::TooLarge(EngineError::new(error)))
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: it was allocated with this layout, and the store that used it has been dropped.
        unsafe { alloc::alloc::dealloc(self.start.as_ptr(), self.layout) };
    }
}
