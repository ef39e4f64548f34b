#![no_std]
#![deny(unsafe_code)]
#![doc = include_str!("../README.md")]

extern crate alloc;

mod board;
mod clock;
mod config;
#[expect(
    unsafe_code,
    reason = "exception handlers, and a reset that no state survives"
)]
mod fault;
mod flash;
mod fpga;
#[expect(unsafe_code, reason = "a global allocator")]
mod heap;
#[expect(
    unsafe_code,
    reason = "the vector table, and the interrupts that it serves"
)]
mod interrupt;
mod keep;
#[cfg_attr(feature = "small", path = "layout/small.rs")]
mod layout;
#[expect(unsafe_code, reason = "registers at fixed addresses")]
mod register;
#[expect(
    unsafe_code,
    reason = "the symbols of the linker script, and the memory protection unit"
)]
mod stack;
mod start;
mod uart;

pub use board::{AppLog, Modules, Mps2};
pub use config::config;
pub use flash::{FLASH_BYTES, Flash, FlashError};
pub use fpga::FpgaPin;

/// Log that keeps the newest lines of the apps and of the board.
pub type Journal = akira::log::MemoryLog<4_096>;
pub use layout::{Engine, HEAP_BYTES};
pub use start::start;
pub use uart::Uart;
