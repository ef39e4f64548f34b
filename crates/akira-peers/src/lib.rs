#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

mod backoff;
mod limits;
mod pace;
mod places;

pub use backoff::Backoff;
pub use limits::Limits;
pub use pace::Pace;
pub use places::displaced;
