#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

mod buttons;
mod event;
mod map;
mod queue;

pub use buttons::Buttons;
pub use event::Event;
pub use map::{Button, ButtonMap};
