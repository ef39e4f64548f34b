//! The AkiraConsole on a desktop host.
//!
//! A board like any other: the same runtime and bridges as on a microcontroller, with a screen, buttons, sensors and
//! a flash that the host stands in for. A [`device::Device`] is a value that runs wherever its owner likes; the page and
//! the HTTP API reach it only through a [`remote::DeviceHandle`], and what passes between them is in [`protocol`].

#![forbid(unsafe_code)]

pub mod board;
pub mod catalogue;
pub mod clock;
pub mod command;
pub mod device;
pub mod flash;
pub mod journal;
pub mod keep;
pub mod picture;
pub mod protocol;
pub mod remote;
pub mod screen;
pub mod server;
