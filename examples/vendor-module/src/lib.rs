#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

mod table;
mod valve;

pub use table::{CAPABILITIES, TABLES, VALVE, VALVE_PULSE, VALVE_SET};
pub use valve::Valve;
