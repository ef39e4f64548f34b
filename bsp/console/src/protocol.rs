//! What the page and the HTTP API say: plain data, named as it appears in JSON.

mod area;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use serde::{Deserialize, Serialize};

pub use area::{Area, Size};

/// What a console is, as far as it never changes while it runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Description {
    /// Name, firmware and chip.
    pub device: Info,
    /// The size of the screen.
    pub screen: Size,
    /// The buttons, in the order of their ids.
    pub buttons: Vec<Button>,
    /// The sensor channels that can be set from outside.
    pub sensors: Vec<Sensor>,
    /// Whether time passes by itself.
    pub clock: ClockKind,
    /// Whether apps are taken that nobody has signed.
    pub developer: bool,
}

/// Names a device: AkiraOS's `GET /api/v1/info`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Info {
    /// The device's name.
    pub name: String,
    /// The firmware's version.
    pub fw_version: String,
    /// The chip, or what stands for it.
    pub chip: String,
}

/// A button of the console.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Button {
    /// The id that apps see, 0 to 31.
    pub id: u8,
    /// The name on the case, upper case.
    pub name: String,
}

/// A sensor channel, its range and its present value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sensor {
    /// The channel's number, as apps see it.
    pub channel: u16,
    /// A short name, such as `Accel X`.
    pub name: String,
    /// The unit of all its values.
    pub unit: String,
    /// The least value.
    pub min: f32,
    /// The greatest value.
    pub max: f32,
    /// The least change that makes sense.
    pub step: f32,
    /// The value at rest.
    pub rest: f32,
    /// The present value.
    pub value: f32,
}

/// The present value of one sensor channel.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The channel's number.
    pub channel: u16,
    /// The value in the channel's unit.
    pub value: f32,
}

/// Whether a device's time passes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ClockKind {
    /// Like the host's.
    Real,
    /// As fast as the device is run.
    Virtual,
}

/// How the device as a whole is doing: AkiraOS's `GET /api/v1/status` and our figures beside it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Status {
    /// Bytes that apps, files and settings can still take.
    pub storage_free: u64,
    /// Bytes there are in all.
    pub storage_total: u64,
    /// Bytes that apps may take with files and settings, used or not.
    pub storage_promised: u64,
    /// Seconds since the device started.
    pub uptime_s: u64,
    /// Bytes of app memory in use.
    pub memory_used: u64,
    /// Bytes of app memory there are.
    pub memory_total: u64,
    /// The share of the CPU that apps used lately, in percent.
    pub cpu_percent: f32,
    /// The names of the keys whose apps are taken.
    pub keys: Vec<String>,
}

/// Where an app is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AppState {
    /// Installed and not yet started.
    Installed,
    /// Running.
    Running,
    /// Ended by itself or by request.
    Stopped,
    /// Ended by a trap or by going over its budget.
    Error,
    /// Crashed too often to be started again.
    Failed,
    /// Kept, but not admitted.
    Refused,
}

/// An installed app, running or not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct App {
    /// The number of its place.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// The version that its manifest states, or nothing.
    pub version: String,
    /// Its signer; one that was refused has none.
    pub signer: Option<Signer>,
    /// Where it is in its life.
    pub state: AppState,
    /// The size of its image in bytes.
    pub size: u32,
    /// How often it crashed since it was installed.
    pub crashes: u32,
    /// Each capability it asked for.
    pub capabilities: Vec<Decision>,
    /// Bytes of memory it costs now.
    pub memory_used: u32,
    /// Bytes of memory it may cost.
    pub memory_limit: u32,
    /// Its share of the CPU lately, in percent.
    pub cpu_percent: f32,
    /// Milliseconds since it was last started, or zero if it is not running.
    pub uptime_ms: u64,
    /// Why it last ended, or was refused.
    pub last_exit: Option<String>,
    /// Why it does not start with the device any more.
    pub held: Option<String>,
    /// The bytes that its writes have cost the flash since the console started.
    pub flash_used: u64,
    /// The bytes that they may still.
    pub flash_left: u32,
    /// The bytes that come back in an hour.
    pub flash_per_hour: u32,
    /// Whether it can be uninstalled.
    pub removable: bool,
}

/// The signer of an app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Signer {
    /// The device: the app is a part of its firmware.
    Firmware,
    /// A trusted key has signed it.
    Key {
        /// The key's name.
        name: String,
    },
    /// Nobody: developer mode lets it in.
    #[default]
    Nobody,
}

impl fmt::Display for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Firmware => f.write_str("part of the firmware"),
            Self::Key { name } => write!(f, "signed by {name}"),
            Self::Nobody => f.write_str("unsigned; accepted because developer mode is on"),
        }
    }
}

/// What became of one capability that an app asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// The capability's name.
    pub name: String,
    /// Whether the app has it.
    pub granted: bool,
    /// Why, or with which scope.
    pub reason: String,
}

/// What a device says of an app image before, and after, it is installed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// The name it is, or would be, installed under.
    pub name: String,
    /// Whether its manifest names it; else whoever installs it does.
    pub named: bool,
    /// The version that its manifest states, or nothing.
    pub version: String,
    /// What its manifest says of it, or nothing.
    pub description: String,
    /// The size of its image in bytes.
    pub size: u32,
    /// The bytes of the files that it wrote, of one that is installed.
    pub stored: u32,
    /// Its signer.
    pub signer: Signer,
    /// The version of the same name that is installed now and would be replaced.
    pub replaces: Option<String>,
    /// What is different from that version.
    pub changes: Vec<Change>,
    /// Each known capability it asked for.
    pub capabilities: Vec<Decision>,
    /// Asked capabilities that the device does not know; they grant nothing.
    pub unknown: Vec<String>,
    /// Native calls it imports that the device does not have, as `module.name`; they trap or return `-ENOSYS`.
    pub missing_imports: Vec<String>,
    /// What it can cost at worst.
    pub memory: MemoryReport,
    /// What its author might want to fix.
    pub warnings: Vec<String>,
}

/// One thing that an update changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What it is about.
    pub about: ChangeAbout,
    /// The change in words.
    pub text: String,
}

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeAbout {
    /// The signer of the app.
    Signer,
    /// The version.
    Version,
    /// A capability that it gets, or a wider reach.
    More,
    /// A capability that it no longer gets.
    Less,
    /// What it costs.
    Cost,
}

/// The worst case of an app's memory, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MemoryReport {
    /// Linear memory at its declared maximum.
    pub linear: u32,
    /// The engine's memory for its code, stack and tables.
    pub engine: u32,
    /// What the host may hold for it: heap, handles, queues.
    pub host: u32,
    /// The sum.
    pub worst_case: u32,
    /// The most that the device allows it.
    pub limit: u32,
}

/// Pixels of a rectangle of the screen, RGB565, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The rectangle.
    pub area: Area,
    /// Its `w * h` pixels.
    pub pixels: Vec<u16>,
}

/// How much a log line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// For the app's author.
    Debug,
    /// The ordinary course of things.
    Info,
    /// Something to look at.
    Warn,
    /// Something failed.
    Error,
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// Counts the lines since the device started, from one, without gaps.
    pub seq: u64,
    /// The app that wrote it; empty for the device itself.
    pub app: String,
    /// How much it matters.
    pub level: Level,
    /// Milliseconds since the device started.
    pub time_ms: u64,
    /// The text, one line.
    pub text: String,
    /// How many lines were lost just before this one.
    pub dropped: u64,
}
