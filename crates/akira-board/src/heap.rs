use core::alloc::{GlobalAlloc, Layout};
use core::fmt;
use core::sync::atomic::{AtomicUsize, Ordering};
use embedded_alloc::LlffHeap;

/// Heap of a fixed size that records its peak use. A board declares it as its
/// `#[global_allocator]`.
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

    /// Gives the heap its memory: `size` bytes at the address `start`. Call this function once.
    ///
    /// # Safety
    ///
    /// The `size` bytes at the address `start` must be memory that nothing else uses from now on.
    ///
    /// # Panics
    ///
    /// Panics if the heap has memory already, or if `size` is 0.
    pub unsafe fn init(&self, start: usize, size: usize) {
        // SAFETY: the caller upholds the same contract.
        unsafe { self.heap.init(start, size) };
        self.size.store(size, Ordering::Relaxed);
    }

    /// Returns the number of allocated bytes.
    pub fn used(&self) -> usize {
        self.heap.used()
    }

    /// Returns the maximum number of bytes that were ever allocated at the same time.
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
        // Not `fetch_max`, which Armv6-M lacks. A context that interrupts between load and store
        // records its own peak, which this store may replace by a lower one.
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

/// Writes the heap's use as the line that the command `stats` shows.
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
