#![no_std]
#![deny(unsafe_code)]
#![doc = include_str!("../README.md")]

extern crate alloc;

mod clock;
pub mod flash;
#[expect(unsafe_code, reason = "an allocator")]
mod heap;
mod store;
mod tasks;

pub use clock::EmbassyClock;
pub use heap::CountedHeap;
pub use store::{OpenError, open};
pub use tasks::{run_apps, serve};
