//! The display through its public API.

mod auto_flush;
mod bitmaps;
mod flushing;
mod limits;
mod ownership;
mod reference;
mod screen;
mod shapes;
mod target;
mod text;
