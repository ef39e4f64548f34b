//! Messages of the page and the HTTP API: plain data, named as it appears in JSON.

mod area;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use serde::{Deserialize, Serialize};

pub use area::{Area, Size};

/// Properties of a console that never change while it runs.
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
    /// Kind of the clock: real or virtual.
    pub clock: ClockKind,
    /// Whether unsigned apps are accepted.
    pub developer: bool,
}

/// Identity of a device: AkiraOS's `GET /api/v1/info`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Info {
    /// The device's name.
    pub name: String,
    /// The firmware's version.
    pub fw_version: String,
    /// The chip, real or simulated.
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

/// A sensor channel, its range and its current value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sensor {
    /// The channel's number, as apps see it.
    pub channel: u16,
    /// A short name, such as `Accel X`.
    pub name: String,
    /// The unit of all its values.
    pub unit: String,
    /// The minimum value.
    pub min: f32,
    /// The maximum value.
    pub max: f32,
    /// The smallest meaningful change.
    pub step: f32,
    /// The value at rest.
    pub rest: f32,
    /// The current value.
    pub value: f32,
}

/// The current value of one sensor channel.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The channel's number.
    pub channel: u16,
    /// The value in the channel's unit.
    pub value: f32,
}

/// Kind of a device's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ClockKind {
    /// Runs like the host's clock.
    Real,
    /// Advances only as the device is run.
    Virtual,
}

/// State of the whole device: AkiraOS's `GET /api/v1/status`, with additional fields of Akira.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Status {
    /// Bytes that apps, files and settings can still take.
    pub storage_free: u64,
    /// Total bytes of storage.
    pub storage_total: u64,
    /// Bytes that are reserved for files and settings of the installed apps, used or not.
    pub storage_promised: u64,
    /// Seconds since the device started.
    pub uptime_s: u64,
    /// Bytes of app memory in use.
    pub memory_used: u64,
    /// Total bytes of app memory.
    pub memory_total: u64,
    /// The share of the CPU that apps used recently, in percent.
    pub cpu_percent: f32,
    /// The names of the keys whose apps are accepted.
    pub keys: Vec<String>,
}

/// State in an app's life cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AppState {
    /// Installed and not yet started.
    Installed,
    /// Running.
    Running,
    /// Ended by itself or by request.
    Stopped,
    /// Ended by a trap or by exceeding its budget.
    Error,
    /// Crashed too often to be started again.
    Failed,
    /// Stored, but not admitted.
    Refused,
}

/// An installed app, running or not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct App {
    /// Its number in the list of apps, from 1.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// The version in its manifest; empty if the manifest has none.
    pub version: String,
    /// Its signer; `None` for an app that was refused.
    pub signer: Option<Signer>,
    /// Its state in the life cycle.
    pub state: AppState,
    /// The size of its image in bytes.
    pub size: u32,
    /// Number of crashes since it was installed.
    pub crashes: u32,
    /// The decision on each requested capability.
    pub capabilities: Vec<Decision>,
    /// Bytes of memory in use now.
    pub memory_used: u32,
    /// Maximum bytes of memory that it may use.
    pub memory_limit: u32,
    /// Its recent share of the CPU, in percent.
    pub cpu_percent: f32,
    /// Milliseconds since it was last started, or zero if it is not running.
    pub uptime_ms: u64,
    /// The reason for its last end, or for its refusal.
    pub last_exit: Option<String>,
    /// The reason why it no longer starts with the device.
    pub held: Option<String>,
    /// Bytes of flash wear that its writes have caused since the console started.
    pub flash_used: u64,
    /// Bytes of flash wear left in its budget.
    pub flash_left: u32,
    /// Bytes by which the budget is refilled in an hour.
    pub flash_per_hour: u32,
    /// Whether it can be uninstalled.
    pub removable: bool,
}

/// The signer of an app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Signer {
    /// The firmware: the app is part of it.
    Firmware,
    /// A trusted key signed the app.
    Key {
        /// The key's name.
        name: String,
    },
    /// Unsigned: accepted because developer mode is on.
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

/// Decision on one capability that an app requested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// The capability's name.
    pub name: String,
    /// Whether the app has it.
    pub granted: bool,
    /// The reason, or the scope of the grant.
    pub reason: String,
}

/// Report of a device on an app image, before and after its installation.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Name under which the app is installed, or would be.
    pub name: String,
    /// Whether its manifest has a name; otherwise the installer chooses one.
    pub named: bool,
    /// The version in its manifest; empty if the manifest has none.
    pub version: String,
    /// The description in its manifest; empty if the manifest has none.
    pub description: String,
    /// The size of its image in bytes.
    pub size: u32,
    /// For an installed app, the bytes of the files that it wrote.
    pub stored: u32,
    /// Its signer.
    pub signer: Signer,
    /// The installed version of the same name, which would be replaced.
    pub replaces: Option<String>,
    /// The differences from that version.
    pub changes: Vec<Change>,
    /// The decision on each known capability that it requests.
    pub capabilities: Vec<Decision>,
    /// Requested capabilities that the device does not know; they grant nothing.
    pub unknown: Vec<String>,
    /// Imported native calls that the device does not have, as `module.name`. A call of them ends
    /// the app or returns an error.
    pub missing_imports: Vec<String>,
    /// Its worst-case memory use.
    pub memory: MemoryReport,
    /// Hints for its author.
    pub warnings: Vec<String>,
}

/// One difference between the installed version and an update.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Subject of the change.
    pub about: ChangeAbout,
    /// The change in words.
    pub text: String,
}

/// Subject of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeAbout {
    /// The signer of the app.
    Signer,
    /// The version.
    Version,
    /// A new capability, or a wider scope.
    More,
    /// A capability that it no longer gets.
    Less,
    /// Its use of resources, such as memory.
    Cost,
}

/// Worst-case memory use of an app in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MemoryReport {
    /// Linear memory at its declared maximum.
    pub linear: u32,
    /// The engine's memory for its code, stack and tables.
    pub engine: u32,
    /// Memory that the host may allocate for it: heap, handles, queues.
    pub host: u32,
    /// The sum.
    pub worst_case: u32,
    /// The device's limit for the app.
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

/// Severity of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Details for the app's author.
    Debug,
    /// Normal operation.
    Info,
    /// A possible problem.
    Warn,
    /// A failure.
    Error,
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// Number of the line since the device started, from one, without gaps.
    pub seq: u64,
    /// The app that wrote it; empty for the device itself.
    pub app: String,
    /// Its severity.
    pub level: Level,
    /// Milliseconds since the device started.
    pub time_ms: u64,
    /// The text, one line.
    pub text: String,
    /// Number of lines that were lost just before this one.
    pub dropped: u64,
}
