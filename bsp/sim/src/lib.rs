//! The AkiraConsole on a desktop host.
//!
//! The console of `akira-console`, with a screen, buttons, sensors and a flash that the host stands in for. A [`device::Device`] is a value that runs wherever its owner likes; the page and
//! the HTTP API reach it only through a [`remote::DeviceHandle`], and what passes between them is in [`protocol`].

#![forbid(unsafe_code)]

pub mod clock;
pub mod command;
pub mod device;
pub mod flash;
pub mod hardware;
pub mod keep;
pub mod picture;
pub mod remote;
pub mod server;

pub use akira_console::{catalogue, journal, protocol, screen};
