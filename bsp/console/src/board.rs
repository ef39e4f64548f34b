//! The console as a board: its native modules, and the parts of its hardware.

mod parts;
mod watch;

use crate::Hardware;
use crate::keep::{Files, Kept, SettingsOnFlash};
use crate::screen::SCREEN;
use akira::abi::{Clock, Errno, FOREIGN_IMPORTS, ForeignImport};
use akira::display::{Display, Framebuffer};
use akira::gpio::{Gpio, PinMap};
use akira::input::Buttons;
use akira::log::{Level, Log};
use akira::settings::Settings;
use akira::storage::Storage;
use akira::time::Time;
use akira::timer::Timers;
use akira::{
    Board, Event, WriteBudget, display, gpio, input, ipc, libc, lifecycle, log, memory, sensor,
    settings, storage, time, timer,
};
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec;
use core::fmt;

pub use parts::{Led, Parts, Sensors};
pub use watch::Watch;

/// Maximum number of apps for which bridges keep state: the running apps, and those that are just ending.
pub const APPS: usize = 10;

/// Pin of the console's light.
const LED_PIN: usize = 42;

type AppDisplay<H> = display::Module<Box<[u16]>, <H as Hardware>::Panel, <H as Hardware>::Clock>;
type AppLog<H> = log::Module<<H as Hardware>::Log, <H as Hardware>::Clock, APPS>;

/// The console's native modules.
pub type Modules<H> = (
    Rc<AppDisplay<H>>,
    gpio::Module<<H as Hardware>::Light, input::Held<APPS>, 1, APPS>,
    Rc<input::Module<APPS>>,
    ipc::Module<<H as Hardware>::Clock, APPS, 8, 4096>,
    libc::Module<<H as Hardware>::Log, <H as Hardware>::Clock, APPS>,
    lifecycle::Module,
    Rc<AppLog<H>>,
    memory::Module,
    sensor::Module<<H as Hardware>::Sensor>,
    settings::Module<SettingsOnFlash<H>>,
    storage::Module<Files<H>, 64>,
    time::Module<<H as Hardware>::Clock>,
    timer::Module<<H as Hardware>::Clock, 64>,
    Rc<Watch>,
);

/// Board type of the AkiraConsole: its native modules, its clock and its store.
pub struct Console<H: Hardware> {
    modules: Modules<H>,
    clock: H::Clock,
    display: Rc<AppDisplay<H>>,
    buttons: Rc<input::Module<APPS>>,
    log: Rc<AppLog<H>>,
    watch: Rc<Watch>,
    kept: Kept<H>,
}

impl<H: Hardware> Console<H> {
    /// Creates a console from its parts.
    pub fn new(parts: Parts<H>) -> Self {
        let Parts {
            clock,
            log,
            panel,
            sensor,
            kept,
        } = parts;
        let pixels = vec![0; usize::from(SCREEN.width) * usize::from(SCREEN.height)];
        let shown = Display::new(
            Framebuffer::new(pixels.into_boxed_slice(), SCREEN.width),
            panel,
        );
        let display = Rc::new(display::Module::new(shown, clock.clone()));
        let buttons = Rc::new(input::Module(Buttons::new()));
        let held = input::Held(buttons.clone());
        let pins = PinMap::CONSOLE.with_line(LED_PIN, 0);
        let lines = Log::new(log, clock.clone(), log::Config::default());
        let log = Rc::new(log::Module(lines));
        let watch = Rc::<Watch>::default();
        Self {
            modules: (
                display.clone(),
                gpio::Module(Gpio::new(pins, [H::Light::default()], held)),
                buttons.clone(),
                ipc::Module::new(clock.clone()),
                libc::Module::new(log.clone()),
                lifecycle::Module,
                log.clone(),
                memory::Module,
                sensor::Module(akira::sensor::Sensors::new(sensor)),
                settings::Module::new(Settings::new(kept.settings())),
                storage::Module::new(Storage::new(kept.files())),
                time::Module(Time::new(clock.clone())),
                timer::Module(Timers::new(clock.clone())),
                watch.clone(),
            ),
            clock,
            display,
            buttons,
            log,
            watch,
            kept,
        }
    }

    /// Presses or releases the button with this id. Only the app that owns the display sees the
    /// press. If no app owns the display, all apps see it.
    ///
    /// # Errors
    ///
    /// `EINVAL` if the button does not exist.
    pub fn press(&self, button: u32, pressed: bool) -> Result<(), Errno> {
        self.buttons.0.focus(self.display.display().owner());
        self.buttons.0.set(button, pressed)
    }

    /// Writes a line of the console into the log: about an app, or about the console itself if `app` is empty.
    pub fn note(&self, app: &str, level: Level, text: fmt::Arguments<'_>) {
        self.log.0.note(app, level, text);
    }

    /// Sets the callback for events. It gets each event of the runtime, and `None` if apps have
    /// changed without an event.
    pub fn watch(&self, watcher: impl Fn(Option<&Event<'_>>) + 'static) {
        self.watch.set(watcher);
    }

    pub(crate) fn watcher(&self) -> &Watch {
        &self.watch
    }
}

impl<H: Hardware> Board for Console<H> {
    type Modules = Modules<H>;

    const FOREIGN_IMPORTS: &'static [ForeignImport] = FOREIGN_IMPORTS;

    fn modules(&self) -> &Modules<H> {
        &self.modules
    }

    fn clock(&self) -> &dyn Clock {
        &self.clock
    }

    fn on_behalf(&self, writes: Option<&Rc<WriteBudget>>) {
        self.kept.charge_to(writes);
    }

    fn consumed(&self, fuel: u64) {
        H::consumed(&self.clock, fuel);
    }
}

impl<H: Hardware> fmt::Debug for Console<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").finish_non_exhaustive()
    }
}
