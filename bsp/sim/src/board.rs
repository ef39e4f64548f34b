//! The console as a board: the bridges, and which of their parts the simulator stands in for.

mod parts;

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use akira::abi::{Area, Clock, Errno};
use akira::display::{Display, Framebuffer};
use akira::gpio::{Gpio, PinMap};
use akira::input::Buttons;
use akira::ipc::Ipc;
use akira::libc::Stdout;
use akira::log::Log;
use akira::sensor::Sensors;
use akira::settings::Settings;
use akira::storage::Storage;
use akira::time::Time;
use akira::timer::Timers;
use akira::{Answer, Board, Call, Event, Natives, WriteBudget};

use crate::clock::SimClock;
use crate::journal::Journal;
use crate::keep::{Files, Kept, SettingsOnFlash};
use crate::screen::{SCREEN, Screen};

pub use parts::{Held, Led, SharedSensor};

/// The most apps that bridges keep something for: those that run, and those that are just ending.
pub const APPS: usize = 16;

/// The console's pin with a light.
const LED_PIN: usize = 42;

/// The simulated AkiraConsole.
pub struct Console {
    clock: SimClock,
    journal: Journal,
    log: Log<Journal, SimClock, APPS>,
    stdout: Stdout,
    time: Time<SimClock>,
    timers: Timers<SimClock, 64>,
    display: Display<Vec<u16>, Screen>,
    buttons: Rc<Buttons<APPS>>,
    gpio: Gpio<Led, Held, 1, APPS>,
    sensors: Sensors<SharedSensor>,
    ipc: Ipc<APPS, 8, 4096>,
    settings: Settings<SettingsOnFlash>,
    storage: Storage<Files, 64>,
    kept: Kept,
    fuel_per_ms: u64,
    watcher: RefCell<Option<Watcher>>,
    left_out: RefCell<Vec<(String, String)>>,
}

/// Is told that the apps or their states have changed.
type Watcher = Box<dyn Fn()>;

/// What a console is made of.
#[derive(Debug)]
pub struct Parts {
    /// Its time.
    pub clock: SimClock,
    /// Its log.
    pub journal: Journal,
    /// Its screen.
    pub screen: Screen,
    /// Its sensors.
    pub sensor: SharedSensor,
    /// What it keeps.
    pub kept: Kept,
    /// How much fuel is a millisecond of its CPU.
    pub fuel_per_ms: u64,
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
        let buttons = Rc::new(Buttons::new());
        let map = PinMap::CONSOLE.with_line(LED_PIN, 0);
        Self {
            log: Log::new(
                journal.clone(),
                clock.clone(),
                akira::log::Config::default(),
            ),
            stdout: Stdout::new(),
            time: Time::new(clock.clone()),
            timers: Timers::new(clock.clone()),
            display: Display::new(Framebuffer::new(pixels, SCREEN.width), screen),
            gpio: Gpio::new(map, [Led::default()], Held::new(buttons.clone())),
            buttons,
            sensors: Sensors::new(sensor),
            ipc: Ipc::new(),
            settings: Settings::new(kept.settings()),
            storage: Storage::new(kept.files()),
            kept,
            clock,
            journal,
            fuel_per_ms,
            watcher: RefCell::new(None),
            left_out: RefCell::default(),
        }
    }

    /// Lets `watcher` know from now on when the apps or their states change.
    pub fn watch(&self, watcher: impl Fn() + 'static) {
        self.watcher.replace(Some(Box::new(watcher)));
    }

    /// Presses or releases a button. Only the app that has the display sees it; if none has it, all do.
    ///
    /// # Errors
    ///
    /// `EINVAL` if there is no such button.
    pub fn press(&self, button: u32, pressed: bool) -> Result<(), Errno> {
        self.buttons.focus(self.display.owner());
        self.buttons.set(button, pressed)
    }

    /// Sends what apps draw to the screen, 50 ms after they stop; never ends.
    ///
    /// # Cancel safety
    ///
    /// What was not sent is sent when this is awaited again.
    pub async fn run_display(&self) {
        self.display.run(&self.clock).await;
    }

    /// Returns the log.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Takes the names of the apps that were left out since this was last called, and why.
    pub(crate) fn take_left_out(&self) -> Vec<(String, String)> {
        self.left_out.take()
    }

    /// Lets the watcher know that the apps or their states have changed.
    pub(crate) fn changed(&self) {
        if let Some(watcher) = self.watcher.borrow().as_ref() {
            watcher();
        }
    }
}

impl Board for Console {
    const NATIVES: Natives<Self> = &[
        akira::display::natives(),
        akira::gpio::natives(),
        akira::input::natives(),
        akira::ipc::natives(),
        akira::libc::natives(),
        akira::lifecycle::natives(),
        akira::log::natives(),
        akira::memory::natives(),
        akira::sensor::natives(),
        akira::settings::natives(),
        akira::storage::natives(),
        akira::time::natives(),
        akira::timer::natives(),
    ];

    fn clock(&self) -> &dyn Clock {
        &self.clock
    }

    async fn complete(&self, call: &mut Call<'_, Self>) -> Answer {
        match call.row().area {
            Area::Display => akira::display::complete(&self.display, call).await,
            Area::Ipc => akira::ipc::complete(&self.ipc, &self.clock, call).await,
            Area::Time => akira::time::complete(&self.time, call).await,
            Area::Sensor => akira::sensor::complete(&self.sensors, call).await,
            Area::Settings => akira::settings::complete(&self.settings, call).await,
            Area::Storage | Area::Fs => akira::storage::complete(&self.storage, call).await,
            _ => Err(Errno::ENOSYS.into()),
        }
    }

    fn on_behalf(&self, writes: Option<&Rc<WriteBudget>>) {
        self.kept.charge_to(writes);
    }

    fn observe(&self, event: &Event<'_>) {
        akira::ipc::announce(&self.ipc, event);
        akira::log::announce(&self.log, event);
        match event {
            Event::LeftOut { name, error } => {
                let mut left_out = self.left_out.borrow_mut();
                left_out.push(((*name).to_owned(), error.to_string()));
            }
            Event::Foreground { app, .. } => self.display.hand_over(Some(*app)),
            _ => {}
        }
        self.changed();
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

impl AsRef<Log<Journal, SimClock, APPS>> for Console {
    fn as_ref(&self) -> &Log<Journal, SimClock, APPS> {
        &self.log
    }
}

impl AsRef<Stdout> for Console {
    fn as_ref(&self) -> &Stdout {
        &self.stdout
    }
}

impl AsRef<Timers<SimClock, 64>> for Console {
    fn as_ref(&self) -> &Timers<SimClock, 64> {
        &self.timers
    }
}

impl AsRef<Display<Vec<u16>, Screen>> for Console {
    fn as_ref(&self) -> &Display<Vec<u16>, Screen> {
        &self.display
    }
}

impl AsRef<Buttons<APPS>> for Console {
    fn as_ref(&self) -> &Buttons<APPS> {
        &self.buttons
    }
}

impl AsRef<Gpio<Led, Held, 1, APPS>> for Console {
    fn as_ref(&self) -> &Gpio<Led, Held, 1, APPS> {
        &self.gpio
    }
}

impl AsRef<Ipc<APPS, 8, 4096>> for Console {
    fn as_ref(&self) -> &Ipc<APPS, 8, 4096> {
        &self.ipc
    }
}

impl AsRef<Storage<Files, 64>> for Console {
    fn as_ref(&self) -> &Storage<Files, 64> {
        &self.storage
    }
}
