//! Guests of the benchmarks. The host runs them, and `cargo xtask bench` includes them in the
//! firmware for the boards.

#![forbid(unsafe_code)]

mod large;
mod turn;

pub use large::{SIZES, large_module};
pub use turn::Turn;
