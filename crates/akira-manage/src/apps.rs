use crate::{Finding, Refused};
use akira_abi::{Clock, Instant};
use alloc::boxed::Box;
use core::fmt;
use core::pin::Pin;

/// Future of an operation on flash, boxed so that [`Apps`] is object-safe.
///
/// # Cancel safety
///
/// Dropping the future leaves the device in its old or in its new state.
pub type Pending<'a> = Pin<Box<dyn Future<Output = Result<(), Refused>> + 'a>>;

/// Manages the apps of a device on behalf of a link: lists, starts, stops, describes and uninstalls
/// them.
///
/// The trait is object-safe, so that the code of a link is the same on every device. A
/// [`Sink`](crate::Sink) installs apps.
pub trait Apps {
    /// Returns the clock that all times in this interface refer to.
    fn clock(&self) -> &dyn Clock;

    /// Returns the device's limits for apps, such as the maximum number of apps.
    fn capacity(&self) -> Capacity;

    /// Calls `show` once for every app, in the order of the app list.
    fn each(&self, show: &mut dyn FnMut(&App<'_>));

    /// Calls `show` for the app of this name. Returns whether the app exists.
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

    /// Starts an app on behalf of the operator. An app that draws on the display comes to the
    /// foreground.
    ///
    /// # Errors
    ///
    /// Returns an error if the app does not exist, runs already, or does not fit in addition to the
    /// running apps.
    fn start(&self, name: &str) -> Result<(), Refused>;

    /// Stops an app if it runs, and starts it again.
    ///
    /// # Errors
    ///
    /// Returns an error if the app does not exist or cannot be started.
    fn restart(&self, name: &str) -> Result<(), Refused>;

    /// Stops an app if it runs. A stopped app stays installed.
    ///
    /// # Errors
    ///
    /// Returns an error if the app does not exist.
    fn stop(&self, name: &str) -> Result<(), Refused>;

    /// Reports the capabilities that an app requests, the capabilities that it was granted, and the
    /// memory that it needs. Calls `tell` once for each finding.
    ///
    /// # Errors
    ///
    /// Returns an error if the app does not exist, or its image can no longer be read.
    fn describe(&self, name: &str, tell: &mut dyn FnMut(&Finding<'_>)) -> Result<(), Refused>;

    /// Stops an app, and removes it with its files and its settings.
    ///
    /// # Errors
    ///
    /// Returns an error if the app does not exist or cannot be removed.
    fn uninstall<'a>(&'a self, name: &'a str) -> Pending<'a>;

    /// Sets whether an app starts when the device boots.
    ///
    /// # Errors
    ///
    /// Returns an error if the app does not exist, or the setting cannot be stored.
    fn set_autostart<'a>(&'a self, name: &'a str, autostart: bool) -> Pending<'a>;
}

/// State of an app at the time of the call, as a link shows it in a list.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct App<'a> {
    /// Name of the app.
    pub name: &'a str,
    /// Version of the app; empty if its manifest has none.
    pub version: &'a str,
    /// Name of the key that signed the app; `None` if the app is unsigned.
    pub signer: Option<&'a str>,
    /// State in its lifecycle, in AkiraOS's words; `LEFT OUT` for an app on flash that was not admitted.
    pub state: &'a str,
    /// Time at which the app's current run started; `None` if the app does not run.
    pub started: Option<Instant>,
    /// Size of the app's linear memory, in bytes; 0 if the app does not run.
    pub memory_bytes: u64,
    /// RAM that the app needs in the worst case, in bytes.
    pub memory_bytes_max: u64,
    /// Fuel that the app's current run has consumed; 0 if the app does not run.
    pub fuel: u64,
    /// Number of crashes since the app was installed.
    pub crashes: u32,
    /// Description of how the app's last run ended; `None` if no run has ended.
    pub exit: Option<&'a dyn fmt::Display>,
    /// Whether a start of the app is scheduled.
    pub is_due: bool,
    /// Whether the app starts when the device boots.
    pub autostart: bool,
    /// Reason why the device does not start the app: it crashed too often, or it was not admitted.
    pub held: Option<&'a dyn fmt::Display>,
    /// Flash wear that the app has caused since the device booted, in bytes.
    pub written: u64,
    /// Flash wear that the app may cause in an hour, in bytes, and the number of these bytes that
    /// are left.
    pub write_budget: (u32, u32),
}

impl<'a> App<'a> {
    /// Creates the state of an app that was just installed and does not run. Set the other fields
    /// directly.
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

/// Limits of a device for apps, returned by [`Apps::capacity`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capacity {
    /// Maximum number of installed apps.
    pub installed_max: usize,
    /// Maximum number of apps that run at the same time.
    pub running_max: usize,
    /// RAM for all apps together, in bytes.
    pub memory_bytes: u64,
    /// RAM that the firmware uses to run an app, in bytes. It is part of the RAM that each app
    /// needs.
    pub run_bytes: usize,
}

impl Capacity {
    /// Sets the maximum number of installed apps.
    pub const fn with_installed(mut self, max: usize) -> Self {
        self.installed_max = max;
        self
    }

    /// Sets the maximum number of apps that run at the same time.
    pub const fn with_running(mut self, max: usize) -> Self {
        self.running_max = max;
        self
    }

    /// Sets the RAM for all apps together, and the RAM that the firmware uses to run an app, both
    /// in bytes.
    pub const fn with_memory(mut self, bytes: u64, run_bytes: usize) -> Self {
        self.memory_bytes = bytes;
        self.run_bytes = run_bytes;
        self
    }
}
