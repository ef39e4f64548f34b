//! Firmware with the large layout: runs apps, with a command line for them on the first UART.

#![no_std]
#![no_main]

use cortex_m_rt::entry;

#[entry]
fn main() -> ! {
    akira_qemu_mps2::start()
}
