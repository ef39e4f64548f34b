//! Counts what is allocated, so that a test can hold code to what it says that it takes.

#![expect(unsafe_code, reason = "a global allocator is an unsafe trait")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static BYTES: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// The system's allocator, counted for each thread.
struct Counted;

#[global_allocator]
static COUNTED: Counted = Counted;

// SAFETY: every call goes to the system's allocator unchanged; the counters neither allocate nor have destructors.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size() as isize);
        // SAFETY: the caller keeps the contract of `GlobalAlloc`, which is the same here.
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
        // The allocator of a small device finds another place and copies, so that both are taken for a while.
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

/// Runs `work` and returns the most bytes that were allocated meanwhile, beyond those from before.
pub fn peak_of(work: impl FnOnce()) -> u64 {
    let before = BYTES.get();
    PEAK.set(before);
    work();
    (PEAK.get() - before).unsigned_abs() as u64
}

/// Returns how many bytes this thread has allocated and not given back.
pub fn held() -> isize {
    BYTES.get()
}

/// Runs `work` and checks that it leaves nothing allocated.
///
/// # Panics
///
/// If it leaks, and does so again.
pub fn balanced(mut work: impl FnMut()) {
    let mut leaked = || {
        let before = BYTES.get();
        work();
        BYTES.get() - before
    };
    // What is made once for the whole process is no leak.
    if leaked() != 0 {
        let bytes = leaked();
        assert_eq!(bytes, 0, "{bytes} bytes are lost in each run");
    }
}
