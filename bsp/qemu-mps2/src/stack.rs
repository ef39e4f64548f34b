//! The stack: its peak use, and a guard below it.

use core::ptr;

use cortex_m::peripheral::MPU;
use cortex_m_rt::STACK_PAINT_VALUE;

unsafe extern "C" {
    // Defined by the linker script: the highest and the lowest address of the stack. Only their
    // addresses are meaningful, not their values.
    static _stack_start: u32;
    static _stack_end: u32;
}

/// Size in bytes of the guard below the stack, which no code may access. It is a region of the
/// memory protection unit, so it is aligned to its size.
const GUARD_BYTES: usize = 256;

/// Attributes of the region: enabled, 2^(7 + 1) bytes, no access, no execution (Armv7-M ARM, B3.5.9).
const GUARD: u32 = 1 | (7 << 1) | (1 << 28);

/// Control value: enables the unit, and permits privileged code to access addresses outside all
/// regions (Armv7-M ARM, B3.5.5).
const MPU_ON: u32 = 1 | (1 << 2);

/// Makes a stack overflow raise a fault instead of overwriting the heap.
pub(crate) fn guard(mpu: &MPU) {
    let base = u32::try_from(guard_at()).unwrap_or(u32::MAX);
    // SAFETY: no object lies in the region; access to all other memory stays unchanged.
    unsafe {
        mpu.rnr.write(0);
        mpu.rbar.write(base);
        mpu.rasr.write(GUARD);
        mpu.ctrl.write(MPU_ON);
    }
    cortex_m::asm::dsb();
    cortex_m::asm::isb();
}

/// Returns the size of the stack in bytes.
pub(crate) fn size() -> usize {
    top().saturating_sub(bottom())
}

/// Returns the peak use of the stack in bytes: the part of the paint of the start-up code that has
/// been overwritten.
pub(crate) fn used() -> usize {
    let painted = (bottom()..top()).step_by(size_of::<u32>());
    let untouched = painted.take_while(|at| {
        // SAFETY: the words between the two ends of the stack are RAM, and are only read.
        let word = unsafe { ptr::with_exposed_provenance::<u32>(*at).read_volatile() };
        word == STACK_PAINT_VALUE
    });
    size().saturating_sub(untouched.count() * size_of::<u32>())
}

fn top() -> usize {
    (&raw const _stack_start).expose_provenance()
}

/// Returns the lowest address above the guard.
fn bottom() -> usize {
    guard_at() + GUARD_BYTES
}

fn guard_at() -> usize {
    (&raw const _stack_end)
        .expose_provenance()
        .next_multiple_of(GUARD_BYTES)
}
