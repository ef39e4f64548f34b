#![no_std]
#![deny(unsafe_code)]
#![doc = include_str!("../README.md")]

extern crate alloc;

mod clock;
#[expect(
    unsafe_code,
    reason = "a panic handler's and an exception handler's names"
)]
mod fault;
mod flash;
mod hardware;
#[expect(unsafe_code, reason = "lets interrupts come")]
mod interrupt;
#[expect(
    unsafe_code,
    reason = "a global allocator, and the symbols of the linker script"
)]
mod memory;
mod network;
#[expect(unsafe_code, reason = "registers at fixed addresses")]
mod register;
mod screen;
mod start;
mod uart;
mod virtio;

pub use flash::{FLASH_BYTES, Flash, FlashError};
pub use hardware::{Console, Machine, config};
pub use screen::{HEIGHT, Screen, WIDTH};
pub use start::start;
pub use uart::{Uart, say};

/// Log that keeps the newest lines of the apps and of the console.
pub type Journal = akira::log::MemoryLog<{ 32 << 10 }>;
