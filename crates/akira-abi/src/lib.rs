#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

mod app;
mod call;
mod clock;
mod errno;
mod import_module;
mod param;
mod table;
mod wasm;

pub mod adc;
pub mod ai;
pub mod ble;
pub mod crypto;
pub mod display;
pub mod fs;
pub mod gpio;
pub mod hid;
pub mod i2c;
pub mod input;
pub mod ipc;
pub mod libc;
pub mod lifecycle;
pub mod log;
pub mod matter;
pub mod memory;
pub mod mesh;
pub mod mqtt;
pub mod net;
pub mod nfc;
pub mod ota;
pub mod power;
pub mod pwm;
pub mod python;
pub mod rf;
pub mod rtc;
pub mod sensor;
pub mod settings;
pub mod storage;
pub mod time;
pub mod timer;
pub mod uart;
pub mod wdt;
pub mod wifi;

pub use akira_caps as caps;
pub use app::AppId;
pub use call::{Denied, Mode, NativeCall, Needs, Ret, Support};
pub use clock::{Clock, Instant, sleep_until};
pub use errno::Errno;
pub use import_module::{FOREIGN_IMPORTS, ForeignImport, ImportModule};
pub use param::{Access, Length, OnFault, Param, ParamKind};
pub use table::{CallTable, MODULES, all, find, table_of};
pub use wasm::ValType;
