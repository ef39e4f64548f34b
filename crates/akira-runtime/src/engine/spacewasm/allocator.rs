//! Memory allocator of spacewasm: Rust's global allocator.
//!
//! spacewasm calls two symbols for all of its own allocations, one pair for the whole program. Its
//! macro would define them over a `static mut`; these functions hold no state, so that any number
//! of apps, on any number of threads, can share them. An app's maximum is known at its admission
//! (`overhead`), each allocation can fail, and all of them are freed with the instance.

#![expect(
    unsafe_code,
    reason = "spacewasm finds its allocator by the names of two symbols"
)]

use core::alloc::Layout;
use core::ptr;

/// Encoding of spacewasm's `AllocError::AllocationFailed` across the FFI boundary.
const FAILED: u32 = 0;

/// Allocates for spacewasm; returns null if no memory is left.
///
/// # Safety
///
/// `error` is valid for writes.
#[unsafe(no_mangle)]
unsafe extern "C" fn __spacewasm_alloc(size: usize, align: usize, error: *mut u32) -> *mut u8 {
    let allocated = match Layout::from_size_align(size, align) {
        // SAFETY: the size is not zero.
        Ok(layout) if size > 0 => unsafe { alloc::alloc::alloc(layout) },
        _ => ptr::null_mut(),
    };
    if allocated.is_null() {
        // SAFETY: the caller passes a pointer that is valid for writes.
        unsafe { *error = FAILED };
    }
    allocated
}

/// Frees memory from [`__spacewasm_alloc`].
///
/// # Safety
///
/// `allocated` was returned by that function for this size and alignment, and is not used any more.
#[unsafe(no_mangle)]
unsafe extern "C" fn __spacewasm_dealloc(allocated: *mut u8, size: usize, align: usize) {
    if let (false, Ok(layout)) = (allocated.is_null(), Layout::from_size_align(size, align)) {
        // SAFETY: the caller allocated it with this layout.
        unsafe { alloc::alloc::dealloc(allocated, layout) };
    }
}
