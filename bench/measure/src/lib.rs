//! What a measurement is, for the programs that measure and for `cargo xtask bench`, which collects.

mod count;
mod metric;

pub use count::{COUNTED, Line, Measured, SourceLine, TIMES};
pub use metric::{Metric, Target, Unit};
