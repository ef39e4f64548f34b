//! A whole console: the board, the runtime and the apps on it.

mod obey;
mod report;
mod survey;
mod virtual_run;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::rc::Rc;

use akira::abi::caps::{AppName, CapabilitySet, Policy, Quotas};
use akira::abi::{Clock, Needs};
use akira::engine::Wasmi;
use akira::{Board, Config, InstallError, InstallOptions, Runtime, StartError};

use crate::board::{Console, Parts, SharedSensor};
use crate::catalogue::{BUNDLED, HOME};
use crate::clock::SimClock;
use crate::journal::Journal;
use crate::protocol::{ClockKind, Decision, Level, Reading};
use crate::screen::Screen;
use crate::state::{Files, KeyValues, Library, State, Stored};

pub use report::report;
pub use virtual_run::VirtualRun;

/// How much fuel is a millisecond of the console's CPU: a tenth of what an interpreter does on a desktop host.
const FUEL_PER_MS: u64 = 20_000;

/// What a console is to be.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder that it keeps its state in; without one it forgets all when it ends.
    pub state: Option<PathBuf>,
    /// Whether time passes by itself.
    pub clock: ClockKind,
    /// Whether it comes with apps, and starts the launcher.
    pub bundled: bool,
    /// Whether apps are refused that ask for or import what is not known here.
    pub strict: bool,
}

/// A simulated console.
#[derive(Debug)]
pub struct Device {
    runtime: Runtime<Console, Wasmi>,
    clock: SimClock,
    screen: Screen,
    sensor: SharedSensor,
    journal: Journal,
    library: RefCell<Library>,
    readings: RefCell<Vec<Reading>>,
    bundled: Vec<Rc<str>>,
    decisions: RefCell<HashMap<Rc<str>, Vec<Decision>>>,
    loads: RefCell<survey::Loads>,
}

/// Why a console cannot be made.
#[derive(Debug)]
pub enum BootError {
    /// Its state cannot be read.
    State(io::Error),
    /// One of its own apps is not accepted.
    Bundled(InstallError),
}

impl fmt::Display for BootError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State(error) => write!(f, "the console's state cannot be read: {error}"),
            Self::Bundled(error) => write!(
                f,
                "an app that comes with the console is not accepted: {error}"
            ),
        }
    }
}

impl std::error::Error for BootError {}

impl From<io::Error> for BootError {
    fn from(error: io::Error) -> Self {
        Self::State(error)
    }
}

impl Device {
    /// Makes a console, and lets its apps start that start with it.
    ///
    /// # Errors
    ///
    /// [`BootError`] if its state cannot be read. An installed app that is no longer accepted is left out and logged.
    pub fn boot(options: &Options) -> Result<Self, BootError> {
        let State {
            files,
            settings,
            library,
        } = State::open(options.state.as_deref())?;
        let mut device = Self::assemble(options, files, settings, library);
        device.set_sensors_to_rest();
        if options.bundled {
            device.install_bundled()?;
        }
        device.install_stored()?;
        device.runtime.autostart();
        if options.bundled
            && let Err(error) = device.runtime.start(HOME)
        {
            device.journal.note(
                HOME,
                Level::Error,
                device.clock.now(),
                format!("not started: {error}"),
            );
        }
        Ok(device)
    }

    fn assemble(options: &Options, files: Files, settings: KeyValues, library: Library) -> Self {
        let clock = SimClock::new(options.clock);
        let (journal, screen, sensor) = (Journal::new(), Screen::new(), SharedSensor::new());
        let console = Console::new(Parts {
            clock: clock.clone(),
            journal: journal.clone(),
            screen: screen.clone(),
            sensor: sensor.clone(),
            settings,
            files,
            fuel_per_ms: FUEL_PER_MS,
        });
        Self {
            runtime: Runtime::with_engine(Rc::new(console), Wasmi, config(options)),
            clock,
            screen,
            sensor,
            journal,
            library: RefCell::new(library),
            readings: RefCell::default(),
            bundled: Vec::new(),
            decisions: RefCell::default(),
            loads: RefCell::default(),
        }
    }

    /// Returns the app manager.
    pub fn runtime(&self) -> &Runtime<Console, Wasmi> {
        &self.runtime
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
        self.runtime.open(name).map(drop)
    }

    /// Presses or releases a button; one that there is not does nothing.
    pub fn press(&self, button: u8, pressed: bool) {
        let _ = self.runtime.board().press(button.into(), pressed);
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
        tokio::join!(
            self.runtime.run(),
            self.runtime.board().run_display(),
            self.clock.drive()
        );
    }

    /// Installs an app and keeps it.
    ///
    /// # Errors
    ///
    /// [`InstallError`] if it is not let in; then nothing has changed. Where it is let in but cannot be kept, that is
    /// logged, and it is gone when the console ends.
    pub fn install(&self, stored: Stored) -> Result<Rc<str>, InstallError> {
        let name = self.install_only(&stored)?;
        let stored = Stored {
            name: name.to_string(),
            ..stored
        };
        if let Err(error) = self.library.borrow_mut().keep(&stored) {
            self.journal.note(
                &name,
                Level::Error,
                self.clock.now(),
                format!("installed but not kept: {error}"),
            );
        }
        Ok(name)
    }

    fn install_only(&self, stored: &Stored) -> Result<Rc<str>, InstallError> {
        let options = options(stored);
        let image: Rc<[u8]> = Rc::from(stored.image.as_slice());
        let name = self.runtime.install(image, &options)?;
        let admission = self.runtime.inspect(&stored.image, &options)?;
        self.decisions
            .borrow_mut()
            .insert(name.clone(), report::decisions(&admission));
        Ok(name)
    }

    fn install_bundled(&mut self) -> Result<(), BootError> {
        for image in BUNDLED {
            let stored = Stored::bare(None, image.to_vec());
            let name = self.install_only(&stored).map_err(BootError::Bundled)?;
            self.bundled.push(name);
        }
        Ok(())
    }

    fn install_stored(&self) -> Result<(), BootError> {
        for stored in self.library.borrow().apps()? {
            if let Err(error) = self.install_only(&stored) {
                self.journal.note(
                    &stored.name,
                    Level::Error,
                    self.clock.now(),
                    format!("left out: {error}"),
                );
            }
        }
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

/// Returns how an app that is kept is let in.
pub(crate) fn options(stored: &Stored) -> InstallOptions<'_> {
    InstallOptions {
        name: (!stored.name.is_empty()).then_some(stored.name.as_str()),
        sidecar: stored.sidecar.as_deref(),
        grant: capabilities(&stored.grant),
        deny: capabilities(&stored.deny),
        ..InstallOptions::trusted()
    }
}

/// Returns the capabilities with these names; those not known were refused where they came in.
fn capabilities(names: &[String]) -> CapabilitySet {
    let known = names
        .iter()
        .filter_map(|name| akira::abi::caps::resolve(name, &[]));
    known.fold(CapabilitySet::EMPTY, CapabilitySet::union)
}

fn config(options: &Options) -> Config {
    let mut config = Config::default();
    let everything = CapabilitySet::from_bits(u64::MAX);
    config.policy = Policy {
        strict: options.strict,
        system_settings: true,
        limits: Quotas {
            memory: 4 << 20,
            storage: 1 << 20,
            ..Quotas::default()
        },
        ..Policy::new(offered(), everything)
    };
    config.fuel_per_ms = FUEL_PER_MS;
    config.slice_fuel = 2 * FUEL_PER_MS;
    config.home = AppName::new(HOME).filter(|_| options.bundled);
    config
}

/// Returns the capabilities for which the console has a native call.
fn offered() -> CapabilitySet {
    let natives = Console::NATIVES.iter().flat_map(|natives| natives.iter());
    natives.fold(CapabilitySet::EMPTY, |all, native| {
        match native.row().needs {
            Needs::Nothing => all,
            Needs::Any(set) => all.union(set),
            Needs::Flag { set, clear, .. } => all.union(set).union(clear),
        }
    })
}
