#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

mod tick;
mod time;
pub mod virtual_clock;

pub use tick::TickClock;
pub use time::Time;
