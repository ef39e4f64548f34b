//! The AkiraConsole on a desktop host.
//!
//! This crate runs the console of `akira-console` and simulates its screen, buttons, sensors and
//! flash. A [`device::Device`] is a value; it runs on the thread that polls it. The web page and
//! the HTTP API access it only through a [`remote::DeviceHandle`]. The module [`protocol`]
//! defines the messages between them.

#![forbid(unsafe_code)]

pub mod clock;
pub mod command;
pub mod device;
pub mod flash;
pub mod hardware;
pub mod i2c;
pub mod keep;
pub mod picture;
pub mod remote;
pub mod server;

pub use akira_console::{catalogue, journal, protocol, screen};
