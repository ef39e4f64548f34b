//! Memory of the heap.

use core::cell::UnsafeCell;
use core::mem::MaybeUninit;

use akira_board::CountedHeap;

use crate::HEAP_BYTES;

/// Memory that is reserved for the heap.
struct Ground(UnsafeCell<MaybeUninit<[u64; HEAP_BYTES / 8]>>);

// SAFETY: only `start` accesses it, once, and passes it to the heap, which has its own lock.
unsafe impl Sync for Ground {}

// Not zeroed at start-up: zeroing would take longer than the rest of the start-up.
#[unsafe(link_section = ".uninit.heap")]
static GROUND: Ground = Ground(UnsafeCell::new(MaybeUninit::uninit()));

#[global_allocator]
pub(crate) static HEAP: CountedHeap = CountedHeap::empty();

/// Initialises the heap. Call it once, before the first allocation.
pub(crate) fn start() {
    // SAFETY: `GROUND` has that size, and no other code uses it; the heap refuses a second call.
    unsafe { HEAP.init(GROUND.0.get().addr(), HEAP_BYTES) };
}
