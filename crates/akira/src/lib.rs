#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

#[cfg(any(
    feature = "input",
    feature = "libc",
    feature = "settings",
    feature = "storage",
    feature = "store"
))]
extern crate alloc;

pub use akira_runtime::*;

#[cfg(feature = "display")]
pub mod display;
#[cfg(feature = "gpio")]
pub mod gpio;
#[cfg(feature = "i2c")]
pub mod i2c;
#[cfg(feature = "input")]
pub mod input;
#[cfg(feature = "install")]
pub mod install;
#[cfg(feature = "ipc")]
pub mod ipc;
#[cfg(feature = "libc")]
pub mod libc;
#[cfg(feature = "log")]
pub mod log;
#[cfg(feature = "sensor")]
pub mod sensor;
#[cfg(feature = "settings")]
pub mod settings;
#[cfg(feature = "storage")]
pub mod storage;
#[cfg(feature = "store")]
pub mod store;
#[cfg(feature = "time")]
pub mod time;
#[cfg(feature = "timer")]
pub mod timer;
#[cfg(any(feature = "settings", feature = "storage"))]
mod turns;
