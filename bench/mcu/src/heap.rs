//! The boards' allocator, with counters of its use.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicUsize, Ordering};

use embedded_alloc::LlffHeap;

/// Size of the heap, in bytes. It is larger than any measurement here needs; low memory is measured
/// elsewhere.
const BYTES: usize = 3 << 20;

/// Memory for the heap.
struct Ground(UnsafeCell<MaybeUninit<[u64; BYTES / 8]>>);

// SAFETY: only `start` accesses it, once, and passes it to the heap, which has its own lock.
unsafe impl Sync for Ground {}

/// Allocator that records its peak and its number of allocations.
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

// SAFETY: every call is forwarded unchanged to an allocator.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller upholds the same contract.
        let place = unsafe { self.heap.alloc(layout) };
        self.allocations.fetch_add(1, Ordering::Relaxed);
        self.peak.fetch_max(self.heap.used(), Ordering::Relaxed);
        place
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: the caller upholds the same contract.
        unsafe { self.heap.dealloc(place, layout) };
    }
}

/// Gives the heap its memory. Must be called once, before the first allocation.
pub(crate) fn start() {
    // SAFETY: the memory has that size and nothing else uses it; the heap refuses a second call.
    unsafe { HEAP.heap.init(GROUND.0.get().addr(), BYTES) };
}

/// Returns the number of allocated bytes.
pub fn used() -> usize {
    HEAP.heap.used()
}

/// Returns the maximum number of allocated bytes since [`forget_peak`].
pub fn peak() -> usize {
    HEAP.peak.load(Ordering::Relaxed)
}

/// Resets the peak to the number of bytes allocated now.
pub fn forget_peak() {
    HEAP.peak.store(used(), Ordering::Relaxed);
}

/// Returns the number of allocations.
pub fn allocations() -> usize {
    HEAP.allocations.load(Ordering::Relaxed)
}
