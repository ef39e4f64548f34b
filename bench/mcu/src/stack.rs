//! Measures the stack use: paints the stack and looks for the deepest word that has changed.

/// Paint of the stack: neither an address nor a small number.
const PAINT: u32 = 0xc0de_face;

/// Number of bytes that are painted below the caller. The stacks of both machines are larger.
const DEPTH: usize = 96 << 10;

/// Number of unpainted bytes below the local variable of the painting function: the rest of its
/// frame.
const OWN_FRAME: usize = 256;

/// Returns the number of stack bytes that `work` uses below its caller, and the result of `work`.
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
        // SAFETY: this is the stack, and nothing is stored more than `OWN_FRAME` below this
        // function's local.
        unsafe { (at as *mut u32).write_volatile(PAINT) }
    }
    top - DEPTH
}

fn word(at: usize) -> u32 {
    // SAFETY: only `used_by` calls this, with aligned addresses of the stack, which is always RAM.
    unsafe { (at as *const u32).read_volatile() }
}

/// Returns the approximate stack pointer.
#[inline(always)]
fn here() -> usize {
    let local = 0_u32;
    &raw const local as usize & !3
}
