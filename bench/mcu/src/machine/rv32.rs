//! QEMU's RISC-V machine `virt`.

use core::ptr;

use riscv::register::mcycle;
pub use riscv_rt::entry;

/// UART, a 16550.
const UART: usize = 0x1000_0000;
const UART_LINE_STATUS: usize = UART + 5;
const UART_EMPTY: u8 = 1 << 5;

pub(crate) fn start() {}

/// Returns the number of instructions that the machine has executed. Under `-icount` a cycle is one
/// instruction.
pub fn instructions() -> u64 {
    mcycle::read64()
}

pub(crate) fn send(byte: u8) {
    while read(UART_LINE_STATUS) & UART_EMPTY == 0 {}
    // SAFETY: the register is always mapped, and a write to it only sends a byte.
    unsafe { ptr::with_exposed_provenance_mut::<u8>(UART).write_volatile(byte) }
}

fn read(address: usize) -> u8 {
    // SAFETY: only `send` calls it, with the address of a register that is always mapped.
    unsafe { ptr::with_exposed_provenance::<u8>(address).read_volatile() }
}
