//! Firmware of the AkiraConsole: screen, buttons, games, and a command line on the serial port.

#![no_std]
#![no_main]

use riscv_rt::entry;

#[entry]
fn main() -> ! {
    akira_qemu_virt_rv32::start()
}
