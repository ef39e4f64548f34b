//! Where spacewasm gets its memory: Rust's global allocator.
//!
//! spacewasm calls two symbols for all of its own allocations, one pair for the whole program. Its macro would define them
//! over a `static mut`; these hold no state, so that any number of apps, on any number of threads, share them. What an app
//! may take is known at its admission (`overhead`), each allocation may fail, and all of them go with the instance.

#![expect(
    unsafe_code,
    reason = "spacewasm finds its allocator by the names of two symbols"
)]

use core::alloc::Layout;
use core::ptr;

/// spacewasm's `AllocError::AllocationFailed` as it crosses the border.
const FAILED: u32 = 0;

/// Allocates for spacewasm; null where nothing is left.
///
/// # Safety
///
/// `error` can be written.
#[unsafe(no_mangle)]
unsafe extern "C" fn __spacewasm_alloc(size: usize, align: usize, error: *mut u32) -> *mut u8 {
    let allocated = match Layout::from_size_align(size, align) {
        // SAFETY: the size is not zero.
        Ok(layout) if size > 0 => unsafe { alloc::alloc::alloc(layout) },
        _ => ptr::null_mut(),
    };
    if allocated.is_null() {
        // SAFETY: the caller gives a number to write to.
        unsafe { *error = FAILED };
    }
    allocated
}

/// Takes back what [`__spacewasm_alloc`] gave.
///
/// # Safety
///
/// `allocated` came from there with this size and alignment, and is not used any more.
#[unsafe(no_mangle)]
unsafe extern "C" fn __spacewasm_dealloc(allocated: *mut u8, size: usize, align: usize) {
    if let (false, Ok(layout)) = (allocated.is_null(), Layout::from_size_align(size, align)) {
        // SAFETY: the caller allocated it with this layout.
        unsafe { alloc::alloc::dealloc(allocated, layout) };
    }
}
