#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

extern crate alloc;

mod clean;
mod config;
mod editor;
mod error;
mod lines;
mod link;
mod session;
mod shell;
mod terminal;
mod upload;
mod words;

pub use akira_manage::{LogLine, LogSource};
pub use config::Config;
pub use error::Error;
pub use link::Link;
pub use shell::Shell;

/// Maximum length of a command, in bytes.
pub const MAX_COMMAND: usize = 128;

/// Maximum length of the text that a board adds to `stats`, in bytes; longer text is cut.
pub const MAX_STATS: usize = 512;
