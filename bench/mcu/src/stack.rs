//! How deep the stack goes.

/// What the stack is painted with: no address and no small number.
const PAINT: u32 = 0xc0de_face;

/// How far below the caller is painted, in bytes; both machines have more.
const DEPTH: usize = 96 << 10;

/// What is left unpainted below where the function that paints is: the rest of its frame.
const OWN_FRAME: usize = 256;

/// Returns how many bytes of stack `work` takes below its caller, and what it returns.
#[inline(never)]
pub fn used_by<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let top = here();
    let bottom = paint();
    let result = work();
    let deepest = (bottom..top).step_by(4).find(|at| word(*at) != PAINT);
    (deepest.map_or(0, |at| top - at), result)
}

/// Paints the free part of the stack and returns its lowest address.
#[inline(never)]
fn paint() -> usize {
    let top = here() - OWN_FRAME;
    for at in (top - DEPTH..top).step_by(4) {
        // SAFETY: this is the stack, and from `OWN_FRAME` below this function's local on nothing lives.
        unsafe { (at as *mut u32).write_volatile(PAINT) }
    }
    top - DEPTH
}

fn word(at: usize) -> u32 {
    // SAFETY: only `used_by` calls this, with aligned addresses of the stack, which is RAM for ever.
    unsafe { (at as *const u32).read_volatile() }
}

/// Returns about where the stack is.
#[inline(always)]
fn here() -> usize {
    let local = 0_u32;
    &raw const local as usize & !3
}
