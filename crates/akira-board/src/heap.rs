use core::alloc::{GlobalAlloc, Layout};
use core::fmt;
use core::sync::atomic::{AtomicUsize, Ordering};
use embedded_alloc::LlffHeap;

/// Heap of a fixed size that records its peak use: a board's `#[global_allocator]`.
pub struct CountedHeap {
    heap: LlffHeap,
    peak: AtomicUsize,
    size: AtomicUsize,
}

impl CountedHeap {
    /// Creates a heap without memory, in which every allocation fails.
    pub const fn empty() -> Self {
        Self {
            heap: LlffHeap::empty(),
            peak: AtomicUsize::new(0),
            size: AtomicUsize::new(0),
        }
    }

    /// Gives the heap its memory. Call it once.
    ///
    /// # Safety
    ///
    /// The `size` bytes at the address `start` are memory that nothing else uses from now on.
    ///
    /// # Panics
    ///
    /// If the heap has memory already, or `size` is 0.
    pub unsafe fn init(&self, start: usize, size: usize) {
        // SAFETY: the caller upholds the same contract.
        unsafe { self.heap.init(start, size) };
        self.size.store(size, Ordering::Relaxed);
    }

    /// Returns the bytes in use.
    pub fn used(&self) -> usize {
        self.heap.used()
    }

    /// Returns the maximum number of bytes that were ever in use.
    pub fn peak(&self) -> usize {
        self.peak.load(Ordering::Relaxed)
    }

    /// Returns the size of the heap in bytes.
    pub fn size(&self) -> usize {
        self.size.load(Ordering::Relaxed)
    }
}

// SAFETY: every block comes from the inner heap, and all calls are forwarded to it.
unsafe impl GlobalAlloc for CountedHeap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller upholds the same contract.
        let block = unsafe { self.heap.alloc(layout) };
        let used = self.heap.used();
        // Not `fetch_max`: Armv6-M has none. A context that interrupts between load and store records its own peak,
        // which this store may replace by a lower one.
        if used > self.peak.load(Ordering::Relaxed) {
            self.peak.store(used, Ordering::Relaxed);
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller upholds the same contract.
        unsafe { self.heap.dealloc(block, layout) };
    }
}

/// Writes the heap's line for the command `stats`.
impl fmt::Display for CountedHeap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (used, size, peak) = (self.used(), self.size(), self.peak());
        write!(f, "heap: {used} of {size} bytes, at most {peak}")
    }
}

impl fmt::Debug for CountedHeap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CountedHeap({self})")
    }
}
