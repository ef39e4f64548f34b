#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

mod key_value;
mod memory;
mod settings;

pub use key_value::KeyValue;
pub use memory::MemoryKeyValue;
pub use settings::{MAX_KEY, MAX_VALUE, Settings};
