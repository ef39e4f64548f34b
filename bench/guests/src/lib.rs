//! Guests that are assembled to be measured, the same on the host and on the emulated boards.

mod guest;
mod module;

pub use guest::Turn;
pub use module::{SIZES, large_module};
