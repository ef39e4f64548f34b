#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

mod bus;
mod i2c;

pub use bus::{Bus, Either, Hal};
pub use embedded_hal_async::i2c::Operation;
pub use i2c::{I2c, LONGEST_TRANSFER, LONGEST_WAIT};
