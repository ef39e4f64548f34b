#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

mod inbox;
mod ipc;
mod queue;
mod recv;
mod topic;

pub use ipc::Ipc;
pub use recv::Timeout;

/// Maximum length of a topic, in bytes.
pub const MAX_TOPIC: usize = 31;

/// Maximum length of a message's payload, in bytes.
pub const MAX_PAYLOAD: usize = 256;
