//! Tests of the whole console: real engine, real apps, all bridges, virtual time.
//!
//! No test depends on the host's clock, so every run has the same result on every machine.

mod apps;
mod compat;
mod deadlines;
mod device;
mod fuzz;
mod golden;
mod hostile;
mod lateness;
mod leaks;
mod lifecycle;
mod malformed;
mod picture;
mod table;
mod traces;
mod upstream;
mod virtual_time;
