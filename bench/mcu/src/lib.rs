//! Shared parts of the benchmark firmwares: an instruction counter, a heap and a stack that record
//! their peaks, and the output of one line for each number.
#![no_std]
#![deny(unsafe_code)]

extern crate alloc;

#[expect(unsafe_code, reason = "a global allocator")]
pub mod heap;
#[expect(unsafe_code, reason = "registers at fixed addresses")]
#[cfg_attr(target_arch = "arm", path = "machine/m4.rs")]
#[cfg_attr(target_arch = "riscv32", path = "machine/rv32.rs")]
mod machine;
pub mod modules;
pub mod report;
#[expect(unsafe_code, reason = "paints the free part of the stack")]
pub mod stack;

pub use machine::{entry, instructions};

/// Counts the instructions of `work`.
pub fn count<T>(work: impl FnOnce() -> T) -> (u64, T) {
    let before = instructions();
    let result = work();
    (instructions() - before, result)
}
