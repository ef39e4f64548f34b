#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

mod stopwatch;
mod timers;

pub use stopwatch::Stopwatch;
pub use timers::{MAX_PER_APP, Timers};
