//! Simulated console: its board, its apps, and access to its sensors, screen and log.

mod intake;
mod obey;
mod virtual_run;

use std::cell::RefCell;
use std::fmt;
use std::path::PathBuf;

use akira::abi::caps::{AppName, Quotas};
use akira::engine::Wasmi;
use akira::install::{self, Offer};
use akira::log::Level;
use akira::sensor::Channel;
use akira::{Config, Runtime, StartError};
use akira_console::Sensors;
use embassy_futures::block_on;

use crate::catalogue::{self, BUNDLED, HOME};
use crate::clock::SimClock;
use crate::flash::OpenError;
use crate::hardware::{Console, FUEL_PER_MS, Host, Parts};
use crate::journal::Journal;
use crate::keep::{self, Apps, Kept, Trust};
use crate::protocol::{App, ClockKind, Description, Reading, Report, Status};
use crate::screen::Screen;

pub use intake::explained;
pub use virtual_run::VirtualRun;

/// Configuration of a simulated console.
#[derive(Clone, Debug)]
pub struct Options {
    /// File that holds the flash. With `None` the flash is in memory and is lost when the console
    /// is dropped.
    pub flash: Option<PathBuf>,
    /// Keys whose apps it accepts, and whether it accepts unsigned apps.
    pub trust: Trust,
    /// Kind of clock: real or virtual.
    pub clock: ClockKind,
    /// Whether the bundled apps are installed and the launcher is the home app.
    pub bundled: bool,
    /// Whether apps that request an unknown capability, or import a function that the console does
    /// not have, are refused.
    pub strict: bool,
}

impl Default for Options {
    /// Returns a console for development: flash in memory, developer mode, real time, bundled
    /// apps.
    fn default() -> Self {
        Self {
            flash: None,
            trust: Trust::DEVELOPER,
            clock: ClockKind::Real,
            bundled: true,
            strict: false,
        }
    }
}

/// A simulated console.
#[derive(Debug)]
pub struct Device {
    inner: akira_console::Device<Host>,
    clock: SimClock,
    screen: Screen,
    sensors: Sensors,
    journal: Journal,
    readings: RefCell<Vec<Reading>>,
}

/// Error of booting a console.
#[derive(Debug)]
pub enum BootError {
    /// The flash cannot be opened.
    Flash(OpenError),
    /// The installed apps cannot be read from the flash.
    Apps(install::Error),
}

impl fmt::Display for BootError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flash(error) => write!(f, "the console's flash cannot be used: {error}"),
            Self::Apps(error) => write!(f, "the console's apps cannot be read: {error}"),
        }
    }
}

impl std::error::Error for BootError {}

impl Options {
    /// Returns the description of a console with these options.
    pub fn description(&self) -> Description {
        catalogue::description("simulated ESP32-S3", self.clock, self.trust.developer)
    }
}

impl Device {
    /// Boots a console and starts the apps that start with the device.
    ///
    /// # Errors
    ///
    /// [`BootError`] if its flash cannot be used. An installed app that is no longer accepted is
    /// skipped and logged; that is no error.
    pub fn boot(options: &Options) -> Result<Self, BootError> {
        // `block_on` completes: nothing else runs yet, so no other task has locked the flash.
        let kept = block_on(keep::open(options.flash.as_deref()));
        Self::boot_from(kept.map_err(BootError::Flash)?, options)
    }

    /// Boots a console on an opened store; `options.flash` is ignored.
    ///
    /// # Errors
    ///
    /// As [`boot`](Self::boot).
    pub fn boot_from(kept: Kept, options: &Options) -> Result<Self, BootError> {
        let device = Self::assemble(options, kept);
        let bundled = if options.bundled { BUNDLED } else { &[] };
        // Completes for the same reason as in `boot`.
        block_on(device.inner.boot(bundled)).map_err(BootError::Apps)?;
        Ok(device)
    }

    fn assemble(options: &Options, kept: Kept) -> Self {
        let clock = SimClock::new(options.clock, FUEL_PER_MS);
        let (journal, screen, sensors) = (Journal::new(), Screen::new(), Sensors::at_rest());
        let parts = Parts {
            clock: clock.clone(),
            log: journal.clone(),
            panel: screen.clone(),
            sensor: sensors.clone(),
            kept,
        };
        let at_rest = catalogue::sensors().into_iter().map(|sensor| Reading {
            channel: sensor.channel,
            value: sensor.rest,
        });
        Self {
            inner: akira_console::Device::new(parts, config(options), options.trust.config()),
            clock,
            screen,
            sensors,
            journal,
            readings: RefCell::new(at_rest.collect()),
        }
    }

    /// Returns the library of stored apps.
    pub fn library(&self) -> &Apps {
        self.inner.library()
    }

    /// Returns the names of the keys whose apps the console accepts now.
    pub fn keys(&self) -> Vec<String> {
        self.inner.keys()
    }

    /// Returns the app manager.
    pub fn runtime(&self) -> &Runtime<Console, Wasmi> {
        self.inner.runtime()
    }

    /// Returns the log.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Returns the screen.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// Returns the clock.
    pub fn clock(&self) -> &SimClock {
        &self.clock
    }

    /// Writes a line of the console into the log: about an app, or about the console itself if
    /// `app` is empty.
    pub fn note(&self, app: &str, level: Level, text: fmt::Arguments<'_>) {
        self.inner.note(app, level, text);
    }

    /// Starts an app on behalf of the user. An app that draws comes to the front: it gets the
    /// screen and the buttons.
    ///
    /// # Errors
    ///
    /// [`StartError`] if it cannot be started.
    pub fn open(&self, name: &str) -> Result<(), StartError> {
        self.runtime().open(name).map(drop)
    }

    /// Presses or releases a button. An unknown id is ignored.
    pub fn press(&self, button: u8, pressed: bool) {
        let _ = self.inner.console().press(button.into(), pressed);
    }

    /// Sets the value of a sensor channel. Returns whether the console has that channel.
    pub fn set_sensor(&self, reading: Reading) -> bool {
        let mut readings = self.readings.borrow_mut();
        let Some(known) = readings
            .iter_mut()
            .find(|known| known.channel == reading.channel)
        else {
            return false;
        };
        *known = reading;
        let milli = (f64::from(reading.value) * 1_000.0).round() as i32;
        self.sensors.set(Channel(reading.channel.into()), milli)
    }

    /// Returns the report that an install of this app would give, without installing it.
    ///
    /// # Errors
    ///
    /// [`install::Error`] if it would be refused.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn inspect(&self, offer: &Offer<'_>) -> Result<Report, install::Error> {
        self.inner.inspect(offer).await
    }

    /// Returns the state of each app and of the whole console.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn survey(&self) -> (Vec<App>, Status) {
        self.inner.survey().await
    }

    /// Replaces the trusted keys by those of a sealed trust store, if the current keys authorise
    /// it.
    ///
    /// # Errors
    ///
    /// Those of [`Library::rotate`](install::Library::rotate).
    ///
    /// # Cancel safety
    ///
    /// That of [`Library::rotate`](install::Library::rotate).
    pub async fn rotate(&self, document: &[u8]) -> Result<(), install::Error> {
        self.inner.rotate(document).await
    }

    /// Runs the apps, the library and the clock; never returns. With a virtual clock,
    /// [`VirtualRun`] polls this and advances time.
    ///
    /// # Cancel safety
    ///
    /// A drop pauses the console; a later call resumes it.
    pub async fn run(&self) {
        let library = self.library();
        tokio::join!(self.runtime().run(), library.run(), self.clock.drive());
    }
}

fn config(options: &Options) -> Config {
    let mut config = catalogue::config::<Host>();
    let limits = Quotas::default().with_memory(4 << 20).with_storage(1 << 20);
    config.policy = config
        .policy
        .with_strict(options.strict)
        .with_limits(limits);
    config.fuel_per_ms = FUEL_PER_MS;
    config.slice_fuel = 2 * FUEL_PER_MS;
    config.home = AppName::new(HOME).filter(|_| options.bundled);
    config
}
