//! The console as a board: the bridges that it offers.

mod parts;

use core::fmt;

use akira::abi::Clock;
use akira::display::{Display, Framebuffer};
use akira::gpio::{Gpio, PinMap};
use akira::input::{Button, ButtonMap, Buttons};
use akira::log::{Level, Log};
use akira::sensor::{Sensors, SettableSensor};
use akira::settings::Settings;
use akira::storage::Storage;
use akira::time::Time;
use akira::timer::Timers;
use akira::{
    Board, WriteBudget, display, gpio, input, ipc, libc, lifecycle, log, memory, sensor, settings,
    storage, time, timer,
};
use akira_board::EmbassyClock;
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec;

use crate::keep::{Files, Kept, SettingsOnFlash};
use crate::{HEIGHT, Journal, Screen, WIDTH};
use parts::Led;

/// The most apps that bridges keep something for: those that run, and those that are just ending.
pub(crate) const APPS: usize = 10;

/// The console's pin with a light.
const LED_PIN: usize = 42;

type AppDisplay = display::Module<Box<[u16]>, Screen, EmbassyClock>;
/// The log of the apps.
pub type AppLog = log::Module<&'static Journal, EmbassyClock, APPS>;

/// The console's native modules.
pub type Modules = (
    Rc<AppDisplay>,
    gpio::Module<Led, input::Held<APPS>, 1, APPS>,
    Rc<input::Module<APPS>>,
    ipc::Module<EmbassyClock, APPS, 8, 1024>,
    libc::Module<&'static Journal, EmbassyClock, APPS>,
    lifecycle::Module,
    Rc<AppLog>,
    memory::Module,
    sensor::Module<SettableSensor<8>>,
    settings::Module<SettingsOnFlash>,
    storage::Module<Files, 64>,
    time::Module<EmbassyClock>,
    timer::Module<EmbassyClock, 32>,
);

/// The console as apps reach it.
pub struct Console {
    modules: Modules,
    clock: EmbassyClock,
    display: Rc<AppDisplay>,
    buttons: Rc<input::Module<APPS>>,
    log: Rc<AppLog>,
    kept: Kept,
}

impl Console {
    /// Puts a console together.
    pub(crate) fn new(journal: &'static Journal, screen: Screen, kept: &Kept) -> Self {
        let clock = EmbassyClock;
        let pixels = vec![0; usize::from(WIDTH) * usize::from(HEIGHT)].into_boxed_slice();
        let shown = Display::new(Framebuffer::new(pixels, WIDTH), screen);
        let display = Rc::new(display::Module::new(shown, clock));
        let buttons = Rc::new(input::Module(Buttons::new()));
        let held = input::Held(buttons.clone());
        let pins = PinMap::CONSOLE.with_line(LED_PIN, 0);
        let lines = Log::new(journal, clock, log::Config::default());
        let log = Rc::new(log::Module(lines));
        Self {
            modules: (
                display.clone(),
                gpio::Module(Gpio::new(pins, [Led::default()], held)),
                buttons.clone(),
                ipc::Module::new(clock),
                libc::Module::new(log.clone()),
                lifecycle::Module,
                log.clone(),
                memory::Module,
                sensor::Module(Sensors::new(parts::sensor_at_rest())),
                settings::Module::new(Settings::new(kept.settings())),
                storage::Module::new(Storage::new(kept.files())),
                time::Module(Time::new(clock)),
                timer::Module(Timers::new(clock)),
            ),
            clock,
            display,
            buttons,
            log,
            kept: kept.clone(),
        }
    }

    /// Presses or releases a button. Only the app that has the display sees it; if none has it, all do.
    pub fn press(&self, button: Button, pressed: bool) {
        self.buttons.0.focus(self.display.display().owner());
        // Every button has a number that there is.
        let _ = self.buttons.0.set(ButtonMap::SDK.id(button), pressed);
    }

    /// Writes a line of the console's own into the log.
    pub(crate) fn note(&self, name: &str, level: Level, text: fmt::Arguments<'_>) {
        self.log.0.note(name, level, text);
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
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console")
            .field("clock", &self.clock)
            .field("display", &self.display)
            .finish_non_exhaustive()
    }
}
