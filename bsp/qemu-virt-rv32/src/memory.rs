//! The heap and the stack, and how much of them was ever used.

use core::alloc::{GlobalAlloc, Layout};
use core::sync::atomic::{AtomicUsize, Ordering};

use embedded_alloc::LlffHeap;

/// What the stack is painted with: no address and no small number.
const PAINT: u32 = 0xc0de_face;

/// What is left unpainted below the function that paints: its own frame.
const OWN_FRAME: usize = 256;

#[global_allocator]
static HEAP: Heap = Heap {
    heap: LlffHeap::empty(),
    peak: AtomicUsize::new(0),
};

/// A heap that remembers the most that was in use.
struct Heap {
    heap: LlffHeap,
    peak: AtomicUsize,
}

// SAFETY: all is done by `LlffHeap`, whose contract this passes on.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let memory = unsafe { self.heap.alloc(layout) };
        self.peak.fetch_max(self.heap.used(), Ordering::Relaxed);
        memory
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { self.heap.dealloc(memory, layout) }
    }
}

/// Bytes of the heap or the stack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Use {
    /// In use now; for the stack, where this was asked.
    pub(crate) now: usize,
    /// The most that was in use.
    pub(crate) peak: usize,
    /// All there is.
    pub(crate) size: usize,
}

/// Returns how much of the heap is in use.
pub(crate) fn heap() -> Use {
    let now = HEAP.heap.used();
    Use {
        now,
        peak: HEAP.peak.load(Ordering::Relaxed),
        size: now + HEAP.heap.free(),
    }
}

/// Returns how much of the stack is in use; the peak is since it was last painted.
pub(crate) fn stack() -> Use {
    let (bottom, top) = stack_ends();
    let used = (bottom..top).step_by(4).find(|at| word(*at) != PAINT);
    Use {
        now: top - here(),
        peak: top - used.unwrap_or(top),
        size: top - bottom,
    }
}

/// Makes the heap, once.
///
/// # Panics
///
/// If it is called again.
pub(crate) fn make_heap() {
    let (start, end) = (&raw const __sheap as usize, &raw const __eheap as usize);
    // SAFETY: the linker reserves this memory for the heap alone; it is RAM, and nothing else refers to it.
    unsafe { HEAP.heap.init(start, end - start) }
}

/// Paints what of the stack is free, for [`stack`] to see later how deep it went.
#[inline(never)]
pub(crate) fn paint_stack() {
    let (bottom, _) = stack_ends();
    for at in (bottom..here() - OWN_FRAME).step_by(4) {
        // SAFETY: from the bottom of the stack to below this function's frame nothing lives; an interrupt's frame
        // that is overwritten there is one that has ended.
        unsafe { (at as *mut u32).write_volatile(PAINT) }
    }
}

fn word(at: usize) -> u32 {
    // SAFETY: only `stack` calls this, with aligned addresses of the stack, which is RAM for ever.
    unsafe { (at as *const u32).read_volatile() }
}

/// Returns the lowest address of the stack and the one after the highest.
fn stack_ends() -> (usize, usize) {
    (&raw const __estack as usize, &raw const __sstack as usize)
}

/// Returns about where the stack is.
#[inline(always)]
fn here() -> usize {
    let local = 0_u32;
    &raw const local as usize & !3
}

// SAFETY: riscv-rt's linker script defines these; only their addresses are used.
unsafe extern "C" {
    static __sheap: u32;
    static __eheap: u32;
    static __estack: u32;
    static __sstack: u32;
}
