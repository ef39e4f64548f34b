#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

extern crate alloc;

mod apps;
mod crc;
mod finding;
mod log;
mod refusal;
mod sink;

pub use akira_abi as abi;
pub use apps::{App, Apps, Capacity, Pending};
pub use crc::Crc32;
pub use finding::{Fate, Finding};
pub use log::{LogLine, LogSource};
pub use refusal::{Refusal, RefusalKind, Refused};
pub use sink::{Parcel, Sink};
