#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

extern crate alloc;

mod file_system;
mod folder;
mod listing;
mod memory;
mod mode;
mod open_file;
mod path;
mod stat;
mod storage;

pub use file_system::{ENTRY_BYTES, FilePath, FileSystem};
pub use folder::AppFolder;
pub use listing::{Listing, Names};
pub use memory::MemoryFileSystem;
pub use mode::{OpenMode, Whence};
pub use path::{AppPath, MAX_DEPTH, MAX_PATH};
pub use stat::{FileType, Stat};
pub use storage::{FILES_PER_APP, Storage};
