//! The boards' allocator, with notes of what is in use.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicUsize, Ordering};

use embedded_alloc::LlffHeap;

/// More than anything here needs: what is short of memory is measured elsewhere.
const BYTES: usize = 3 << 20;

/// Memory that is nobody's until the heap has it.
struct Ground(UnsafeCell<MaybeUninit<[u64; BYTES / 8]>>);

// SAFETY: only `start` touches it, once, and hands it to the heap, which has its own lock.
unsafe impl Sync for Ground {}

/// An allocator that notes its peak and how often it is asked.
struct Counted {
    heap: LlffHeap,
    peak: AtomicUsize,
    allocations: AtomicUsize,
}

static GROUND: Ground = Ground(UnsafeCell::new(MaybeUninit::uninit()));

#[global_allocator]
static HEAP: Counted = Counted {
    heap: LlffHeap::empty(),
    peak: AtomicUsize::new(0),
    allocations: AtomicUsize::new(0),
};

// SAFETY: everything is passed on as it is to an allocator.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is the same.
        let place = unsafe { self.heap.alloc(layout) };
        self.allocations.fetch_add(1, Ordering::Relaxed);
        self.peak.fetch_max(self.heap.used(), Ordering::Relaxed);
        place
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is the same.
        unsafe { self.heap.dealloc(place, layout) };
    }
}

/// Gives the heap its memory; to be called once, before anything is allocated.
pub(crate) fn start() {
    // SAFETY: this is memory of that size which nothing else uses; the heap refuses a second call.
    unsafe { HEAP.heap.init(GROUND.0.get().addr(), BYTES) };
}

/// Returns the bytes in use.
pub fn used() -> usize {
    HEAP.heap.used()
}

/// Returns the most bytes that were in use since [`forget_peak`].
pub fn peak() -> usize {
    HEAP.peak.load(Ordering::Relaxed)
}

/// Lets the peak begin with what is in use now.
pub fn forget_peak() {
    HEAP.peak.store(used(), Ordering::Relaxed);
}

/// Returns how often memory was allocated.
pub fn allocations() -> usize {
    HEAP.allocations.load(Ordering::Relaxed)
}
