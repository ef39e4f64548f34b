//! The Cortex-M4 of QEMU's `mps2-an386`. The addresses are from Arm's application note AN386.

use core::ptr;

// Linked for its implementation of `critical-section`.
use cortex_m as _;
pub use cortex_m_rt::entry;

/// CMSDK timer 0, which counts down at 25 MHz.
const TIMER: usize = 0x4000_0000;
const TIMER_VALUE: usize = TIMER + 0x4;
const TIMER_RELOAD: usize = TIMER + 0x8;

/// CMSDK UART 0.
const UART: usize = 0x4000_4000;
const UART_STATE: usize = UART + 0x4;
const UART_CONTROL: usize = UART + 0x8;
const UART_DIVIDER: usize = UART + 0x10;
const UART_FULL: u32 = 1;

/// Under `-icount shift=0` an instruction takes 1 ns of the machine's time.
const INSTRUCTIONS_PER_TICK: u64 = 40;

pub(crate) fn start() {
    write(UART_DIVIDER, 16);
    write(UART_CONTROL, 1);
    write(TIMER_RELOAD, u32::MAX);
    write(TIMER_VALUE, u32::MAX);
    write(TIMER, 1);
}

/// Returns the number of instructions that the machine has executed, with a resolution of 40.
pub fn instructions() -> u64 {
    u64::from(u32::MAX - read(TIMER_VALUE)) * INSTRUCTIONS_PER_TICK
}

pub(crate) fn send(byte: u8) {
    while read(UART_STATE) & UART_FULL != 0 {}
    write(UART, u32::from(byte));
}

fn read(address: usize) -> u32 {
    // SAFETY: only this file calls it, with addresses of registers, which are always mapped and
    // aligned.
    unsafe { ptr::with_exposed_provenance::<u32>(address).read_volatile() }
}

fn write(address: usize, value: u32) {
    // SAFETY: as in `read`; no device here writes to memory, so every value is harmless to Rust.
    unsafe { ptr::with_exposed_provenance_mut::<u32>(address).write_volatile(value) }
}
