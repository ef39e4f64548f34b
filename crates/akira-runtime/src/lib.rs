#![no_std]
#![deny(unsafe_code)]
#![cfg_attr(
    not(any(feature = "spacewasm", feature = "wasmi")),
    forbid(unsafe_code)
)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

extern crate alloc;

mod admission;
mod app;
mod board;
mod budget;
mod call;
mod change;
mod config;
mod control;
pub mod engine;
mod entry;
mod event;
mod guard;
mod heap;
mod image;
mod intake;
pub mod lifecycle;
mod managed;
pub mod memory;
mod meter;
pub mod module;
mod modules;
mod native;
mod resources;
mod run;
mod runtime;
mod window;

pub use admission::{Admission, ImportStatus, InstallError, InstallOptions, MemoryNeeds};
pub use akira_abi as abi;
pub use akira_manage as manage;
pub use app::{App, Progress};
pub use board::{Board, offered};
pub use budget::WriteBudget;
pub use call::Call;
pub use change::{Change, Difference};
pub use config::Config;
pub use engine::Trap;
pub use entry::{AppInfo, RunInfo};
pub use event::{Cause, Event, Exit, Held, State, Unfit};
pub use image::{Image, MappedImage};

pub use intake::{Arrival, RamInstaller, TransferError};
pub use modules::{Found, Member, Modules, NativeModule, Nth, Place};
pub use native::{Answer, Fault, Native};
pub use resources::MOST_RESOURCES;
pub use runtime::{Runtime, StartError, UnknownApp};
pub use window::{Window, WindowError};
