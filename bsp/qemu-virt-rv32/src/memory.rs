//! Heap and stack, and the measurement of their use.

use akira_board::CountedHeap;

/// Pattern that paints the stack: neither an address nor a small number.
const PAINT: u32 = 0xc0de_face;

/// Bytes left unpainted below the painting function, for its own frame.
const OWN_FRAME: usize = 256;

#[global_allocator]
pub(crate) static HEAP: CountedHeap = CountedHeap::empty();

/// Use of the stack in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stack {
    /// In use at the call of [`stack`].
    pub(crate) now: usize,
    /// Peak use.
    pub(crate) peak: usize,
    /// Size of the stack.
    pub(crate) size: usize,
}

/// Returns the use of the stack. The peak counts from the last call of [`paint_stack`].
pub(crate) fn stack() -> Stack {
    let (bottom, top) = stack_ends();
    let used = (bottom..top).step_by(4).find(|at| word(*at) != PAINT);
    Stack {
        now: top - here(),
        peak: top - used.unwrap_or(top),
        size: top - bottom,
    }
}

/// Initialises the heap.
///
/// # Panics
///
/// If it is called a second time.
pub(crate) fn make_heap() {
    let (start, end) = (&raw const __sheap as usize, &raw const __eheap as usize);
    // SAFETY: the linker script reserves this RAM for the heap; no other code refers to it.
    unsafe { HEAP.init(start, end - start) }
}

/// Paints the free part of the stack, so that [`stack`] can measure its peak later.
#[inline(never)]
pub(crate) fn paint_stack() {
    let (bottom, _) = stack_ends();
    for at in (bottom..here() - OWN_FRAME).step_by(4) {
        // SAFETY: no live data lies from the bottom of the stack to below this function's frame; an interrupt's frame
        // that is overwritten there belongs to a handler that has returned.
        unsafe { (at as *mut u32).write_volatile(PAINT) }
    }
}

fn word(at: usize) -> u32 {
    // SAFETY: only `stack` calls this, with aligned addresses of the stack, which is always RAM.
    unsafe { (at as *const u32).read_volatile() }
}

/// Returns the lowest address of the stack and the one after the highest.
fn stack_ends() -> (usize, usize) {
    (&raw const __estack as usize, &raw const __sstack as usize)
}

/// Returns the approximate stack pointer.
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
