#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

mod time;
pub mod virtual_clock;

pub use time::Time;
