//! The heap and the stack, and how much of them was ever used.

use akira_board::CountedHeap;

/// What the stack is painted with: no address and no small number.
const PAINT: u32 = 0xc0de_face;

/// What is left unpainted below the function that paints: its own frame.
const OWN_FRAME: usize = 256;

#[global_allocator]
pub(crate) static HEAP: CountedHeap = CountedHeap::empty();

/// Bytes of the stack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stack {
    /// In use where this was asked.
    pub(crate) now: usize,
    /// The most that was in use.
    pub(crate) peak: usize,
    /// All there is.
    pub(crate) size: usize,
}

/// Returns how much of the stack is in use; the peak is since it was last painted.
pub(crate) fn stack() -> Stack {
    let (bottom, top) = stack_ends();
    let used = (bottom..top).step_by(4).find(|at| word(*at) != PAINT);
    Stack {
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
    unsafe { HEAP.init(start, end - start) }
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
