//! The heap's memory.

use core::cell::UnsafeCell;
use core::mem::MaybeUninit;

use akira_board::CountedHeap;

use crate::HEAP_BYTES;

/// Memory that is reserved for the heap.
struct Ground(UnsafeCell<MaybeUninit<[u64; HEAP_BYTES / 8]>>);

// SAFETY: only `start` touches it, once, and hands it to the heap, which has its own lock.
unsafe impl Sync for Ground {}

// Not zeroed at start-up, which would take longer than the rest of it.
#[unsafe(link_section = ".uninit.heap")]
static GROUND: Ground = Ground(UnsafeCell::new(MaybeUninit::uninit()));

#[global_allocator]
pub(crate) static HEAP: CountedHeap = CountedHeap::empty();

/// Initialises the heap; to be called once, before the first allocation.
pub(crate) fn start() {
    // SAFETY: this is memory of that size which nothing else uses; the heap refuses a second call.
    unsafe { HEAP.init(GROUND.0.get().addr(), HEAP_BYTES) };
}
