#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

mod flags;
mod gpio;
mod held;
mod line;
mod map;

pub use flags::Flags;
pub use gpio::Gpio;
pub use held::HeldButtons;
pub use line::{Drive, InputLine, IoLine, Line, OpenDrainLine, OutputLine};
pub use map::{PINS, Pin, PinMap};
