//! What the fuzz targets share: a console to run guests on, guests made of native calls, a count of what is allocated.

pub mod app;
pub mod console;
pub mod guest;
pub mod input;
