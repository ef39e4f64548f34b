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

/// Maximum length of the text of one line, in bytes.
pub const MAX_TEXT: usize = 256;

/// Maximum length of an app's name in one line, in bytes.
pub const MAX_NAME: usize = 32;
