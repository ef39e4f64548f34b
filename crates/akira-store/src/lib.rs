#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

mod app;
mod crc;
mod error;
mod files;
mod flash;
mod images;
mod install;
mod journal;
mod layout;
mod registry;
mod settings;
mod store;

pub use app::{App, Image};
pub use error::{Area, Error};
pub use files::{ENTRY_BYTES, EntryKind, MAX_FOLDER, MAX_PATH, Stat};
pub use install::{ImageWriter, NewImage, PROGRESS_BYTES};
pub use layout::{Geometry, Layout, LayoutError};
pub use settings::{MAX_KEY, MAX_VALUE};
pub use store::{FORMAT, Store, Usage};
