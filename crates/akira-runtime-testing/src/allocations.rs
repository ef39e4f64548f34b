//! Counts each thread's allocations, so that a test can check a documented memory bound.

#![expect(unsafe_code, reason = "a global allocator is an unsafe trait")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static BYTES: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// The system's allocator, with counters for each thread.
struct Counted;

#[global_allocator]
static COUNTED: Counted = Counted;

// SAFETY: every call is forwarded to the system's allocator unchanged; the counters neither
// allocate nor have destructors.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size() as isize);
        // SAFETY: the caller upholds the contract of `GlobalAlloc`, which is the same for the
        // system's allocator.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        note(-(layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size() as isize);
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // The allocator of a small device moves the block and copies: both blocks are allocated
        // during the copy.
        note(bytes as isize);
        note(-(layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, bytes) }
    }
}

fn note(bytes: isize) {
    BYTES.set(BYTES.get() + bytes);
    PEAK.set(PEAK.get().max(BYTES.get()));
}

/// Runs `work` and returns the peak of the bytes that this thread allocated during it.
pub fn peak_of(work: impl FnOnce()) -> u64 {
    let before = BYTES.get();
    PEAK.set(before);
    work();
    (PEAK.get() - before).unsigned_abs() as u64
}

/// Returns the number of bytes that this thread has allocated and not freed.
pub fn held() -> isize {
    BYTES.get()
}

/// Runs `work` and checks that it leaves nothing allocated.
///
/// # Panics
///
/// If it leaks in two consecutive runs.
pub fn balanced(mut work: impl FnMut()) {
    let mut leaked = || {
        let before = BYTES.get();
        work();
        BYTES.get() - before
    };
    // Only a second run counts as a leak: the first may initialise statics of the process.
    if leaked() != 0 {
        let bytes = leaked();
        assert_eq!(bytes, 0, "{bytes} bytes are lost in each run");
    }
}
