#![no_std]
#![deny(unsafe_code)]
#![doc = include_str!("../README.md")]

mod errno;
mod text;

pub mod app;
pub mod display;
pub mod gpio;
pub mod input;
pub mod ipc;
pub mod log;
pub mod sensor;
pub mod settings;
pub mod storage;
pub mod time;
pub mod timer;

#[expect(
    unsafe_code,
    reason = "generated: turns references into the addresses that the imports take"
)]
pub mod calls;
#[expect(unsafe_code, reason = "generated: declares the imports")]
pub mod raw;

#[cfg(all(target_arch = "wasm32", feature = "panic-handler"))]
mod panic;

pub use akira_abi::Errno;
pub use errno::check;
pub use log::print;
pub use text::Text;
