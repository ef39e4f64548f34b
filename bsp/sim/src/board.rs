//! The console as a board: the bridges, and which of their parts the simulator stands in for.

mod host;
mod parts;
mod watch;

use std::fmt;
use std::rc::Rc;

use akira::abi::Clock;
use akira::display::{Display, Framebuffer};
use akira::gpio::{Gpio, PinMap};
use akira::input::Buttons;
use akira::log::Log;
use akira::sensor::Sensors;
use akira::settings::Settings;
use akira::storage::Storage;
use akira::time::Time;
use akira::timer::Timers;
use akira::{
    Board, WriteBudget, display, gpio, input, ipc, libc, lifecycle, log, memory, sensor, settings,
    storage, time, timer,
};

use crate::clock::SimClock;
use crate::journal::Journal;
use crate::keep::{Files, Kept, SettingsOnFlash};
use crate::screen::{SCREEN, Screen};

pub use parts::{Led, Parts, SharedSensor};
pub use watch::Watch;

/// The most apps that bridges keep something for: those that run, and those that are just ending.
pub const APPS: usize = 16;

/// The console's pin with a light.
const LED_PIN: usize = 42;

type AppDisplay = display::Module<Vec<u16>, Screen, SimClock>;

/// The console's native modules.
pub type Modules = (
    Rc<AppDisplay>,
    gpio::Module<Led, input::Held<APPS>, 1, APPS>,
    Rc<input::Module<APPS>>,
    ipc::Module<SimClock, APPS, 8, 4096>,
    libc::Module<Journal, SimClock, APPS>,
    lifecycle::Module,
    Rc<log::Module<Journal, SimClock, APPS>>,
    memory::Module,
    sensor::Module<SharedSensor>,
    settings::Module<SettingsOnFlash>,
    storage::Module<Files, 64>,
    time::Module<SimClock>,
    timer::Module<SimClock, 64>,
    Rc<Watch>,
);

/// The simulated AkiraConsole.
pub struct Console {
    modules: Modules,
    clock: SimClock,
    journal: Journal,
    display: Rc<AppDisplay>,
    buttons: Rc<input::Module<APPS>>,
    kept: Kept,
    fuel_per_ms: u64,
    watch: Rc<Watch>,
}

impl Console {
    /// Puts a console together.
    pub fn new(parts: Parts) -> Self {
        let Parts {
            clock,
            journal,
            screen,
            sensor,
            kept,
            fuel_per_ms,
        } = parts;
        let pixels = vec![0; usize::from(SCREEN.width) * usize::from(SCREEN.height)];
        let shown = Display::new(Framebuffer::new(pixels, SCREEN.width), screen);
        let display = Rc::new(display::Module::new(shown, clock.clone()));
        let buttons = Rc::new(input::Module(Buttons::new()));
        let held = input::Held(buttons.clone());
        let pins = PinMap::CONSOLE.with_line(LED_PIN, 0);
        let lines = Log::new(journal.clone(), clock.clone(), log::Config::default());
        let log = Rc::new(log::Module(lines));
        let watch = Rc::<Watch>::default();
        Self {
            modules: (
                display.clone(),
                gpio::Module(Gpio::new(pins, [Led::default()], held)),
                buttons.clone(),
                ipc::Module::new(clock.clone()),
                libc::Module::new(log.clone()),
                lifecycle::Module,
                log,
                memory::Module,
                sensor::Module(Sensors::new(sensor)),
                settings::Module::new(Settings::new(kept.settings())),
                storage::Module::new(Storage::new(kept.files())),
                time::Module(Time::new(clock.clone())),
                timer::Module(Timers::new(clock.clone())),
                watch.clone(),
            ),
            display,
            buttons,
            kept,
            clock,
            journal,
            fuel_per_ms,
            watch,
        }
    }
}

impl Board for Console {
    type Modules = Modules;

    fn modules(&self) -> &Modules {
        &self.modules
    }

    fn clock(&self) -> &dyn Clock {
        &self.clock
    }

    fn on_behalf(&self, writes: Option<&Rc<WriteBudget>>) {
        self.kept.charge_to(writes);
    }

    fn consumed(&self, fuel: u64) {
        self.clock.compute(fuel, self.fuel_per_ms);
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console")
            .field("clock", &self.clock)
            .field("display", &self.display)
            .finish_non_exhaustive()
    }
}
