//! An app's linear memory: one allocation of the most that it may have, made when the app is loaded.
//!
//! wasmi's own memories grow as a `Vec` does, to twice their size, and need both sizes at once where they must move. Here
//! a memory grows inside what was reserved for it, so that it takes no more than admission counted, and growing cannot
//! fail for want of RAM.

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

/// Where the linear memory of an app lies.
#[derive(Debug)]
pub(super) struct Buffer {
    start: NonNull<u8>,
    layout: Layout,
}

impl Buffer {
    /// Allocates so many bytes.
    ///
    /// # Errors
    ///
    /// [`LoadError::TooLarge`] if there are no so many in one piece.
    pub(super) fn new(bytes: u64) -> Result<Self, LoadError> {
        let too_large = || {
            let what = format!(
                "{bytes} bytes of RAM in one piece, and there are none now; stop another app first"
            );
            LoadError::TooLarge(EngineError::new(what))
        };
        let size = usize::try_from(bytes.max(1)).map_err(|_| too_large())?;
        let layout = Layout::from_size_align(size, 8).map_err(|_| too_large())?;
        // SAFETY: the size is not zero.
        let start = unsafe { alloc::alloc::alloc_zeroed(layout) };
        let start = NonNull::new(start).ok_or_else(too_large)?;
        Ok(Self { start, layout })
    }

    /// Makes the memory that a module declares. The buffer must outlive the store, and makes one memory only.
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
        // SAFETY: the bytes are allocated and zeroed. The instance keeps this buffer beside the store and drops it after
        // the store, the only one who has the slice; nothing else looks at the bytes.
        let bytes =
            unsafe { core::slice::from_raw_parts_mut(self.start.as_ptr(), self.layout.size()) };
        Memory::new_static(store, ty, bytes)
            .map_err(|error| LoadError::TooLarge(EngineError::new(error)))
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: it was allocated with this layout, and the store that reached it is gone.
        unsafe { alloc::alloc::dealloc(self.start.as_ptr(), self.layout) };
    }
}
