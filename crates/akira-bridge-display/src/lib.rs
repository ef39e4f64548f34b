#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

mod area;
mod bitmap;
mod canvas;
mod display;
mod draw;
mod flush;
mod font;
mod framebuffer;
mod line;
mod panel;
mod parts;
mod schedule;
mod shape;
mod triangle;

pub use area::Rect;
pub use display::Display;
pub use draw::ProgressBar;
pub use framebuffer::Framebuffer;
pub use panel::{NullPanel, Panel};
pub use parts::{Letters, Part, Place};
pub use schedule::{AUTO_FLUSH_AFTER, AUTO_FLUSH_WITHIN};
