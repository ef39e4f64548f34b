#![deny(unsafe_code)]
#![doc = include_str!("../README.md")]

pub mod allocations;
mod choices;
pub mod hostile;

pub use choices::Choices;
