#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

extern crate alloc;

pub mod board;
pub mod catalogue;
pub mod device;
mod hardware;
pub mod journal;
pub mod keep;
pub mod protocol;
pub mod screen;

pub use board::{Console, Led, Parts, Sensors};
pub use device::Device;
pub use hardware::Hardware;
pub use journal::Journal;
pub use screen::{SCREEN, Screen};
