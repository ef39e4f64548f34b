//! The guests that the benchmarks make: the host runs them, and `cargo xtask bench` writes them into the firmware of the boards.

#![forbid(unsafe_code)]

mod large;
mod turn;

pub use large::{SIZES, large_module};
pub use turn::Turn;
