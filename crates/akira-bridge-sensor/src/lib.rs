#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

mod channel;
mod sensor;
mod sensors;
mod settable;

pub use channel::Channel;
pub use sensor::Sensor;
pub use sensors::{ERROR, Sensors};
pub use settable::SettableSensor;
