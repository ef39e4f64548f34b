//! The RISC-V machine of QEMU, `virt`.

use core::ptr;

use riscv::register::mcycle;
pub use riscv_rt::entry;

/// A 16550.
const UART: usize = 0x1000_0000;
const UART_LINE_STATUS: usize = UART + 5;
const UART_EMPTY: u8 = 1 << 5;

pub(crate) fn start() {}

/// Returns how many instructions the machine has executed: under `-icount` a cycle is one.
pub fn instructions() -> u64 {
    mcycle::read64()
}

pub(crate) fn send(byte: u8) {
    while read(UART_LINE_STATUS) & UART_EMPTY == 0 {}
    // SAFETY: the address of a register that is always mapped; sending a byte is all that it does.
    unsafe { ptr::with_exposed_provenance_mut::<u8>(UART).write_volatile(byte) }
}

fn read(address: usize) -> u8 {
    // SAFETY: only `send` calls it, with the address of a register that is always mapped.
    unsafe { ptr::with_exposed_provenance::<u8>(address).read_volatile() }
}
