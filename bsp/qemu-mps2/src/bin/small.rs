//! The console on the smaller layout.

#![no_std]
#![no_main]

use cortex_m_rt::entry;

#[entry]
fn main() -> ! {
    akira_qemu_mps2::start()
}
