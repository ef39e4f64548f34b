//! A whole console: the board, the runtime and the apps on it.

mod intake;
mod obey;
mod report;
mod survey;
mod virtual_run;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::rc::Rc;

use akira::abi::Clock;
use akira::abi::caps::{AppName, Capability, CapabilitySet, Policy, Quotas};
use akira::engine::Wasmi;
use akira::{Config, InstallError, InstallOptions, Runtime, StartError, install};
use akira_package::Purpose;
use embassy_futures::block_on;

use crate::board::{Console, Parts, SharedSensor};
use crate::catalogue::{BUNDLED, HOME};
use crate::clock::SimClock;
use crate::flash::OpenError;
use crate::journal::Journal;
use crate::keep::{self, Apps, Kept, Trust};
use crate::protocol::{App, ClockKind, Level, Reading};
use crate::screen::Screen;

pub use virtual_run::VirtualRun;

/// How much fuel is a millisecond of the console's CPU: a tenth of what an interpreter does on a desktop host.
const FUEL_PER_MS: u64 = 20_000;

/// What a console is to be.
#[derive(Clone, Debug)]
pub struct Options {
    /// The file that is its flash; without one it forgets all when it ends.
    pub flash: Option<PathBuf>,
    /// Whose apps it takes.
    pub trust: Trust,
    /// Whether time passes by itself.
    pub clock: ClockKind,
    /// Whether it comes with apps, and starts the launcher.
    pub bundled: bool,
    /// Whether apps are refused that ask for or import what is not known here.
    pub strict: bool,
}

impl Default for Options {
    /// A developer's console that keeps nothing, in real time, with its apps.
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
    library: Apps,
    clock: SimClock,
    screen: Screen,
    sensor: SharedSensor,
    journal: Journal,
    readings: RefCell<Vec<Reading>>,
    bundled: Vec<Rc<str>>,
    left_out: RefCell<Vec<App>>,
    known: RefCell<HashMap<Rc<str>, survey::Known>>,
    loads: RefCell<survey::Loads>,
}

/// Why a console cannot be made.
#[derive(Debug)]
pub enum BootError {
    /// Its flash cannot be used.
    Flash(OpenError),
    /// What is on its flash cannot be read.
    Apps(install::Error),
    /// One of its own apps is not accepted.
    Bundled(InstallError),
}

impl fmt::Display for BootError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flash(error) => write!(f, "the console's flash cannot be used: {error}"),
            Self::Apps(error) => write!(f, "the console's apps cannot be read: {error}"),
            Self::Bundled(error) => write!(
                f,
                "an app that comes with the console is not accepted: {error}"
            ),
        }
    }
}

impl std::error::Error for BootError {}

impl Device {
    /// Makes a console, and lets its apps start that start with it.
    ///
    /// # Errors
    ///
    /// [`BootError`] if its flash cannot be used. An installed app that is no longer accepted is left out and logged.
    pub fn boot(options: &Options) -> Result<Self, BootError> {
        let kept = keep::open(options.flash.as_deref()).map_err(BootError::Flash)?;
        Self::boot_from(kept, options)
    }

    /// Makes a console with what another kept, whatever `options` say of a flash.
    ///
    /// # Errors
    ///
    /// As [`boot`](Self::boot).
    pub fn boot_from(kept: Kept, options: &Options) -> Result<Self, BootError> {
        let mut device = Self::assemble(options, kept);
        device.set_sensors_to_rest();
        if options.trust.developer {
            let text = "developer mode: apps that nobody vouches for are let in";
            device.note("", Level::Warn, text.to_owned());
        }
        if options.bundled {
            device.install_bundled()?;
        }
        // Nothing else runs yet, so nobody has the flash and this goes on.
        block_on(device.boot_library()).map_err(BootError::Apps)?;
        if options.bundled
            && let Err(error) = device.runtime().start(HOME)
        {
            device.note(HOME, Level::Error, format!("not started: {error}"));
        }
        Ok(device)
    }

    fn assemble(options: &Options, kept: Kept) -> Self {
        let clock = SimClock::new(options.clock);
        let (journal, screen, sensor) = (Journal::new(), Screen::new(), SharedSensor::new());
        let console = Console::new(Parts {
            clock: clock.clone(),
            journal: journal.clone(),
            screen: screen.clone(),
            sensor: sensor.clone(),
            kept: kept.clone(),
            fuel_per_ms: FUEL_PER_MS,
        });
        let runtime = Runtime::with_engine(Rc::new(console), Wasmi, config(options));
        Self {
            library: keep::library(runtime, kept, options.trust),
            clock,
            screen,
            sensor,
            journal,
            readings: RefCell::default(),
            bundled: Vec::new(),
            left_out: RefCell::default(),
            known: RefCell::default(),
            loads: RefCell::default(),
        }
    }

    /// Returns the apps that the console keeps.
    pub fn library(&self) -> &Apps {
        &self.library
    }

    /// Returns the names of the keys whose apps it takes at present.
    pub fn keys(&self) -> Vec<String> {
        let trust = self.library.trust();
        let good = trust.keys().filter(|key| {
            let usable = trust.check(&key.id(), Purpose::Install);
            usable.is_ok() && !key.ceiling.is_empty()
        });
        good.map(|key| key.name.to_string()).collect()
    }

    /// Returns the app manager.
    pub fn runtime(&self) -> &Runtime<Console, Wasmi> {
        self.library.runtime()
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

    /// Starts an app as a user does: one that draws comes to the front, where it has the screen and the buttons.
    ///
    /// # Errors
    ///
    /// [`StartError`] if it cannot be started.
    pub fn open(&self, name: &str) -> Result<(), StartError> {
        self.runtime().open(name).map(drop)
    }

    /// Presses or releases a button; one that there is not does nothing.
    pub fn press(&self, button: u8, pressed: bool) {
        let _ = self.runtime().board().press(button.into(), pressed);
    }

    /// Sets a sensor. Returns whether there is one on that channel.
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
        self.sensor.set(reading.channel, milli).is_ok()
    }

    /// Runs the console in real time; never ends.
    ///
    /// # Cancel safety
    ///
    /// A drop pauses it where it is.
    pub async fn run(&self) {
        tokio::join!(self.runtime().run(), self.library.run(), self.clock.drive());
    }

    fn note(&self, app: &str, level: Level, text: String) {
        self.journal.note(app, level, self.clock.now(), text);
    }

    fn install_bundled(&mut self) -> Result<(), BootError> {
        for image in BUNDLED {
            let installed = self.runtime().install(*image, &InstallOptions::trusted());
            self.bundled.push(installed.map_err(BootError::Bundled)?);
        }
        Ok(())
    }

    /// Lets in what is kept, and remembers what is left out.
    async fn boot_library(&self) -> Result<(), install::Error> {
        self.library.boot().await?;
        self.note_left_out().await
    }

    /// Trusts other keys from now on, if the document may say so.
    ///
    /// # Errors
    ///
    /// Those of [`Library::rotate`](install::Library::rotate).
    ///
    /// # Cancel safety
    ///
    /// That of [`Library::rotate`](install::Library::rotate).
    pub async fn rotate(&self, document: &[u8]) -> Result<(), install::Error> {
        self.library.rotate(document).await?;
        let text = format!("keys that are trusted now: {}", self.keys().join(", "));
        self.note("", Level::Info, text);
        self.note_left_out().await
    }

    /// Remembers the apps that were left out lately, in place of those before.
    async fn note_left_out(&self) -> Result<(), install::Error> {
        let mut left_out = Vec::new();
        for (name, reason) in self.runtime().board().watcher().take_left_out() {
            let app = match AppName::installed(&name) {
                // One that cannot be read is shown without what its record says.
                Some(name) => self
                    .library
                    .store()
                    .lock()
                    .await
                    .app(&name)
                    .await
                    .ok()
                    .flatten(),
                None => None,
            };
            let image = app.and_then(|app| app.current);
            left_out.push(survey::left_out(name, image, reason));
        }
        self.left_out.replace(left_out);
        Ok(())
    }

    fn set_sensors_to_rest(&self) {
        let sensors = crate::catalogue::sensors();
        let rest = sensors.iter().map(|sensor| Reading {
            channel: sensor.channel,
            value: sensor.rest,
        });
        self.readings.borrow_mut().extend(rest.clone());
        for reading in rest {
            self.set_sensor(reading);
        }
    }
}

fn config(options: &Options) -> Config {
    let mut config = Config::default();
    let everything = CapabilitySet::from_bits(u64::MAX);
    let offered = akira::offered::<Console>().with(Capability::SystemSettings);
    config.policy = Policy::new(offered, everything)
        .with_strict(options.strict)
        .with_limits(Quotas::default().with_memory(4 << 20).with_storage(1 << 20));
    config.fuel_per_ms = FUEL_PER_MS;
    config.slice_fuel = 2 * FUEL_PER_MS;
    config.home = AppName::new(HOME).filter(|_| options.bundled);
    config
}
