use core::alloc::{GlobalAlloc, Layout};
use core::fmt;
use core::sync::atomic::{AtomicUsize, Ordering};
use embedded_alloc::LlffHeap;

/// A heap of a fixed size that notes the most that was ever in use: a board's `#[global_allocator]`.
pub struct CountedHeap {
    heap: LlffHeap,
    peak: AtomicUsize,
    size: AtomicUsize,
}

impl CountedHeap {
    /// Makes a heap without memory, in which every allocation fails.
    pub const fn empty() -> Self {
        Self {
            heap: LlffHeap::empty(),
            peak: AtomicUsize::new(0),
            size: AtomicUsize::new(0),
        }
    }

    /// Gives it its memory, once.
    ///
    /// # Safety
    ///
    /// The `size` bytes at the address `start` are memory that nothing else uses from now on.
    ///
    /// # Panics
    ///
    /// If it has memory already, or is given none.
    pub unsafe fn init(&self, start: usize, size: usize) {
        // SAFETY: the caller's promise is the same.
        unsafe { self.heap.init(start, size) };
        self.size.store(size, Ordering::Relaxed);
    }

    /// Returns the bytes in use.
    pub fn used(&self) -> usize {
        self.heap.used()
    }

    /// Returns the most bytes that were ever in use.
    pub fn peak(&self) -> usize {
        self.peak.load(Ordering::Relaxed)
    }

    /// Returns the bytes that it was given.
    pub fn size(&self) -> usize {
        self.size.load(Ordering::Relaxed)
    }
}

// SAFETY: every block is the inner heap's, whose contract this passes on.
unsafe impl GlobalAlloc for CountedHeap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is the same.
        let block = unsafe { self.heap.alloc(layout) };
        let used = self.heap.used();
        // Not `fetch_max`: Armv6-M has none. Whoever comes between notes its own peak a little later.
        if used > self.peak.load(Ordering::Relaxed) {
            self.peak.store(used, Ordering::Relaxed);
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is the same.
        unsafe { self.heap.dealloc(block, layout) };
    }
}

/// Writes a line for `stats`.
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
