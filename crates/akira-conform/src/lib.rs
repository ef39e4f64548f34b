#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod diff;
mod golden;
mod guest;
mod script;
pub mod serial;
mod suite;

pub use diff::diff;
pub use golden::Golden;
pub use guest::{Argument, Step};
pub use script::Board;
pub use suite::{App, apps};
