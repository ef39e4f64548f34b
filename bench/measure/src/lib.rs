//! Types of a measurement, shared by the measuring programs and `cargo xtask bench`.

mod cost;
mod count;
mod metric;

pub use cost::Cost;
pub use count::{COUNTED, Line, Measured, SourceLine, TIMES, counted};
pub use metric::{Metric, Target, Unit};
