//! Shared parts of the fuzz targets: a console to run guests on, guests made of native calls, and
//! checks of allocations.

pub mod app;
pub mod console;
pub mod guest;
pub mod input;
