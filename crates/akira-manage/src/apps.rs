use crate::{Finding, Refused};
use akira_abi::{Clock, Instant};
use alloc::boxed::Box;
use core::fmt;
use core::pin::Pin;

/// Operation on flash that may take a while.
///
/// # Cancel safety
///
/// Dropping the future leaves either the old state or the new one.
pub type Pending<'a> = Pin<Box<dyn Future<Output = Result<(), Refused>> + 'a>>;

/// Interface for managing the apps of a device over a link.
///
/// It is object-safe, so that the code of a link is the same on every device. A [`Sink`](crate::Sink) installs apps.
pub trait Apps {
    /// Returns the clock of all times in this interface.
    fn clock(&self) -> &dyn Clock;

    /// Returns the device's limits for apps.
    fn capacity(&self) -> Capacity;

    /// Calls `show` for every app, in list order.
    fn each(&self, show: &mut dyn FnMut(&App<'_>));

    /// Calls `show` for the app of this name, and returns whether it exists.
    fn find(&self, name: &str, show: &mut dyn FnMut(&App<'_>)) -> bool {
        let mut found = false;
        self.each(&mut |app| {
            if app.name == name {
                found = true;
                show(app);
            }
        });
        found
    }

    /// Starts an app on behalf of the operator. An app that draws comes to the foreground.
    ///
    /// # Errors
    ///
    /// If the app does not exist, runs already, or does not fit in addition to the running apps.
    fn start(&self, name: &str) -> Result<(), Refused>;

    /// Stops an app if it runs, and starts it again.
    ///
    /// # Errors
    ///
    /// If the app does not exist or cannot be started.
    fn restart(&self, name: &str) -> Result<(), Refused>;

    /// Stops an app, if it runs.
    ///
    /// # Errors
    ///
    /// If the app does not exist.
    fn stop(&self, name: &str) -> Result<(), Refused>;

    /// Reports what an app asks for, what it was granted and what it needs. Calls `tell` for each line.
    ///
    /// # Errors
    ///
    /// If the app does not exist, or its image can no longer be read.
    fn describe(&self, name: &str, tell: &mut dyn FnMut(&Finding<'_>)) -> Result<(), Refused>;

    /// Stops and removes an app, its files and its settings.
    ///
    /// # Errors
    ///
    /// If the app does not exist or cannot be removed.
    fn uninstall<'a>(&'a self, name: &'a str) -> Pending<'a>;

    /// Sets whether an app starts with the device.
    ///
    /// # Errors
    ///
    /// If the app does not exist, or the setting cannot be stored.
    fn set_autostart<'a>(&'a self, name: &'a str, autostart: bool) -> Pending<'a>;
}

/// State of an app, as shown in a list.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct App<'a> {
    /// Name of the app.
    pub name: &'a str,
    /// Version of the app; empty if its manifest has none.
    pub version: &'a str,
    /// Name of the key that signed it; `None` if it is unsigned.
    pub signer: Option<&'a str>,
    /// State in its lifecycle, in AkiraOS's words; `LEFT OUT` for an app on flash that was not admitted.
    pub state: &'a str,
    /// Start of its current run, if it runs.
    pub started: Option<Instant>,
    /// Bytes of its linear memory; 0 if it does not run.
    pub memory_bytes: u64,
    /// Bytes of RAM that it needs in the worst case.
    pub memory_bytes_max: u64,
    /// Fuel used by its current run.
    pub fuel: u64,
    /// Number of crashes since it was installed.
    pub crashes: u32,
    /// The way in which its last run ended.
    pub exit: Option<&'a dyn fmt::Display>,
    /// Whether a start of it is scheduled.
    pub is_due: bool,
    /// Whether it starts with the device.
    pub autostart: bool,
    /// Reason why the device does not start the app: it crashed too often, or it was not admitted.
    pub held: Option<&'a dyn fmt::Display>,
    /// Bytes of flash wear that it has caused since the device started.
    pub written: u64,
    /// Bytes of flash wear that it may cause in an hour, and how many of these bytes are left.
    pub write_budget: (u32, u32),
}

impl<'a> App<'a> {
    /// Creates the state of an app that was just installed and does not run. Set the other fields directly.
    pub const fn new(name: &'a str) -> Self {
        Self {
            name,
            version: "",
            signer: None,
            state: "INSTALLED",
            started: None,
            memory_bytes: 0,
            memory_bytes_max: 0,
            fuel: 0,
            crashes: 0,
            exit: None,
            is_due: false,
            autostart: false,
            held: None,
            written: 0,
            write_budget: (0, 0),
        }
    }
}

impl fmt::Debug for App<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("name", &self.name)
            .field("version", &self.version)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// Limits of a device for apps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capacity {
    /// Maximum number of installed apps.
    pub installed_max: usize,
    /// Maximum number of apps that run at once.
    pub running_max: usize,
    /// Bytes of RAM for apps.
    pub memory_bytes: u64,
    /// Bytes that the firmware uses for a run; part of the RAM that each app needs.
    pub run_bytes: usize,
}

impl Capacity {
    /// Sets the maximum number of installed apps.
    pub const fn with_installed(mut self, max: usize) -> Self {
        self.installed_max = max;
        self
    }

    /// Sets the maximum number of apps that run at once.
    pub const fn with_running(mut self, max: usize) -> Self {
        self.running_max = max;
        self
    }

    /// Sets the bytes of RAM for apps, and the bytes that the firmware uses for a run.
    pub const fn with_memory(mut self, bytes: u64, run_bytes: usize) -> Self {
        self.memory_bytes = bytes;
        self.run_bytes = run_bytes;
        self
    }
}
