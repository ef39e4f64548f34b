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
mod joined;
mod journal;
mod layout;
mod registry;
mod settings;
mod share;
mod store;

pub use app::{App, AppState, Details, Part, StoredImage};
pub use error::{Area, Error};
pub use files::{
    ENTRY_BYTES, EntryKind, FileQuota, MAX_ARCHIVE_ENTRIES, MAX_FOLDER, MAX_PATH, Stat,
};
pub use install::{ImageWriter, NewImage, PROGRESS_BYTES};
pub use joined::{Joined, JoinedError};
pub use journal::{MAX_FOLDERS, Wear};
pub use layout::{Geometry, Layout, LayoutError, MAX_IMAGE_RANGES};
pub use settings::{MAX_KEY, MAX_VALUE};
pub use share::Share;
pub use store::{FORMAT, Store, Usage};
