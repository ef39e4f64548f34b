#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

mod bucket;
mod clean;
mod config;
mod level;
mod log;
mod memory;
mod sink;
mod write;

pub use config::Config;
pub use level::Level;
pub use log::{Counters, Log};
pub use memory::{Line, MemoryLog};
pub use sink::{LogSink, Record};
pub use write::WriteSink;

/// The most bytes of text in one line.
pub const MAX_TEXT: usize = 256;

/// The most bytes of an app's name in one line.
pub const MAX_NAME: usize = 32;
