//! Counts allocations.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
    static MOST: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, with counters for each thread.
struct Counted;

#[global_allocator]
static COUNTED: Counted = Counted;

// SAFETY: every call is forwarded to the system's allocator unchanged; the counters neither
// allocate nor have destructors.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        // SAFETY: the caller upholds the contract of `GlobalAlloc`, which is the same for the
        // system's allocator.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        BYTES.set(BYTES.get().wrapping_sub(layout.size()));
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        note(bytes.wrapping_sub(layout.size()));
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, bytes) }
    }
}

fn note(bytes: usize) {
    ALLOCATIONS.set(ALLOCATIONS.get() + 1);
    BYTES.set(BYTES.get().wrapping_add(bytes));
    MOST.set(MOST.get().max(BYTES.get()));
}

/// Returns the number of allocations during `work`. A reallocation counts as one.
pub(crate) fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

/// Returns the peak of the bytes allocated during `make`, beyond those allocated before.
pub(crate) fn peak_of<T>(make: impl FnOnce() -> T) -> usize {
    let before = BYTES.get();
    MOST.set(before);
    let made = make();
    let most = MOST.get() - before;
    drop(made);
    most
}

/// Returns the number of bytes that the result of `make` keeps allocated.
pub(crate) fn bytes_of<T>(make: impl FnOnce() -> T) -> usize {
    let before = BYTES.get();
    let made = make();
    let bytes = BYTES.get() - before;
    drop(made);
    bytes
}
