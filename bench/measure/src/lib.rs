//! What a measurement is, for the programs that measure and for `cargo xtask bench`, which collects.

mod cost;
mod count;
mod metric;

pub use cost::Cost;
pub use count::{COUNTED, Line, Measured, SourceLine, TIMES, counted};
pub use metric::{Metric, Target, Unit};
