//! The heap's memory.

use core::cell::UnsafeCell;
use core::mem::MaybeUninit;

use akira_board::CountedHeap;

use crate::HEAP_BYTES;

/// Memory that is nobody's until the heap has it.
struct Ground(UnsafeCell<MaybeUninit<[u64; HEAP_BYTES / 8]>>);

// SAFETY: only `start` touches it, once, and hands it to the heap, which has its own lock.
unsafe impl Sync for Ground {}

// Not zeroed at the start, which would take longer than everything else there.
#[unsafe(link_section = ".uninit.heap")]
static GROUND: Ground = Ground(UnsafeCell::new(MaybeUninit::uninit()));

#[global_allocator]
pub(crate) static HEAP: CountedHeap = CountedHeap::empty();

/// Gives the heap its memory; to be called once, before anything is allocated.
pub(crate) fn start() {
    // SAFETY: this is memory of that size which nothing else uses; the heap refuses a second call.
    unsafe { HEAP.init(GROUND.0.get().addr(), HEAP_BYTES) };
}
