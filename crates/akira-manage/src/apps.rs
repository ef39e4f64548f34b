use crate::{Finding, Refused};
use akira_abi::{Clock, Instant};
use alloc::boxed::Box;
use core::fmt;
use core::pin::Pin;

/// Something that is done on flash and may take a while.
///
/// # Cancel safety
///
/// A drop leaves the old state or the new one.
pub type Pending<'a> = Pin<Box<dyn Future<Output = Result<(), Refused>> + 'a>>;

/// The apps of a device, as whoever manages it reaches them over a link.
///
/// It is object-safe, so that a link is the same code on every device. To install an app is a [`Sink`](crate::Sink)'s job.
pub trait Apps {
    /// Returns the clock that all times here are of.
    fn clock(&self) -> &dyn Clock;

    /// Returns what the device has room for.
    fn capacity(&self) -> Capacity;

    /// Shows every app, in the order of their names in a list.
    fn each(&self, show: &mut dyn FnMut(&App<'_>));

    /// Shows the app of this name, and returns whether there is one.
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

    /// Starts an app as its operator does: in the foreground, if it is one for the screen.
    ///
    /// # Errors
    ///
    /// If there is no such app, it runs already, or it does not fit beside those that run.
    fn start(&self, name: &str) -> Result<(), Refused>;

    /// Stops an app if it runs, and starts it.
    ///
    /// # Errors
    ///
    /// If there is no such app, or it does not start.
    fn restart(&self, name: &str) -> Result<(), Refused>;

    /// Stops an app, if it runs.
    ///
    /// # Errors
    ///
    /// If there is no such app.
    fn stop(&self, name: &str) -> Result<(), Refused>;

    /// Says what an app asks for, what it was granted and what it needs, a line at a time.
    ///
    /// # Errors
    ///
    /// If there is no such app, or its image cannot be read any more.
    fn describe(&self, name: &str, tell: &mut dyn FnMut(&Finding<'_>)) -> Result<(), Refused>;

    /// Stops and removes an app, its files and its settings.
    ///
    /// # Errors
    ///
    /// If there is no such app, or it cannot be removed.
    fn uninstall<'a>(&'a self, name: &'a str) -> Pending<'a>;

    /// Sets whether an app starts with the device.
    ///
    /// # Errors
    ///
    /// If there is no such app, or it cannot be noted.
    fn set_autostart<'a>(&'a self, name: &'a str, autostart: bool) -> Pending<'a>;
}

/// An app, as a list shows it.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct App<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its version; empty if its manifest has none.
    pub version: &'a str,
    /// The name of the key that signed it.
    pub signer: Option<&'a str>,
    /// Where it is in its life, in AkiraOS's words.
    pub state: &'a str,
    /// When its present run began, if there is one.
    pub started: Option<Instant>,
    /// The bytes of its linear memory, 0 if it does not run.
    pub memory_bytes: u64,
    /// The bytes of RAM that it needs in the worst case.
    pub memory_bytes_max: u64,
    /// The fuel that its present run has used.
    pub fuel: u64,
    /// How often it crashed since it was installed.
    pub crashes: u32,
    /// How its last run ended.
    pub exit: Option<&'a dyn fmt::Display>,
    /// Whether it is about to be started.
    pub is_due: bool,
    /// Whether it starts with the device.
    pub autostart: bool,
    /// Why it does not start with the device although it is to.
    pub held: Option<&'a dyn fmt::Display>,
    /// The bytes that it has cost the flash since the device started.
    pub written: u64,
    /// The bytes that it may cost the flash in an hour, and how many of these are left.
    pub write_budget: (u32, u32),
}

impl<'a> App<'a> {
    /// Makes an app that was just installed and does not run; all else is a field's.
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

/// What a device has room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capacity {
    /// How many apps may be installed.
    pub installed_max: usize,
    /// How many apps may run at once.
    pub running_max: usize,
    /// The bytes of RAM for apps.
    pub memory_bytes: u64,
    /// The bytes that the firmware's side of a run takes, of what each app needs.
    pub run_bytes: usize,
}

impl Capacity {
    /// Sets how many apps may be installed.
    pub const fn with_installed(mut self, max: usize) -> Self {
        self.installed_max = max;
        self
    }

    /// Sets how many apps may run at once.
    pub const fn with_running(mut self, max: usize) -> Self {
        self.running_max = max;
        self
    }

    /// Sets the bytes of RAM for apps, and those of the firmware's side of a run.
    pub const fn with_memory(mut self, bytes: u64, run_bytes: usize) -> Self {
        self.memory_bytes = bytes;
        self.run_bytes = run_bytes;
        self
    }
}
