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

/// The most bytes of a topic.
pub const MAX_TOPIC: usize = 31;

/// The most bytes of a message.
pub const MAX_PAYLOAD: usize = 256;
