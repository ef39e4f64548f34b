//! The console as a board: the bridges that it offers.

mod parts;

use core::fmt;

use akira::abi::{Area, Clock, Errno};
use akira::display::{Display, Framebuffer};
use akira::gpio::{Gpio, PinMap};
use akira::input::{Button, ButtonMap, Buttons};
use akira::ipc::Ipc;
use akira::libc::Stdout;
use akira::log::{Level, Log};
use akira::sensor::{Sensors, SettableSensor};
use akira::settings::Settings;
use akira::storage::Storage;
use akira::time::Time;
use akira::timer::Timers;
use akira::{Answer, Board, Call, Event, Natives, WriteBudget};
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec;

use crate::keep::{Files, Kept, SettingsOnFlash};
use crate::{HEIGHT, Journal, MachineClock, Screen, WIDTH};
use parts::{Held, Led};

/// The most apps that bridges keep something for: those that run, and those that are just ending.
pub(crate) const APPS: usize = 10;

/// The console's pin with a light.
const LED_PIN: usize = 42;

/// Every board has one clock, which everything on it shares.
type TheClock = &'static MachineClock;

/// The log of the apps.
pub type AppLog = Log<&'static Journal, TheClock, APPS>;

type AppDisplay = Display<Box<[u16]>, Screen>;
type AppGpio = Gpio<Led, Held, 1, APPS>;
type AppIpc = Ipc<APPS, 8, 1024>;
type AppStorage = Storage<Files, 64>;
type AppTimers = Timers<TheClock, 32>;

/// The console as apps reach it.
pub struct Console {
    clock: TheClock,
    log: AppLog,
    stdout: Stdout,
    time: Time<TheClock>,
    timers: AppTimers,
    display: AppDisplay,
    buttons: Rc<Buttons<APPS>>,
    gpio: AppGpio,
    sensors: Sensors<SettableSensor<8>>,
    ipc: AppIpc,
    settings: Settings<SettingsOnFlash>,
    storage: AppStorage,
    kept: Kept,
}

impl Console {
    /// Puts a console together.
    pub(crate) fn new(
        clock: &'static MachineClock,
        journal: &'static Journal,
        screen: Screen,
        kept: &Kept,
    ) -> Self {
        let pixels = vec![0; usize::from(WIDTH) * usize::from(HEIGHT)].into_boxed_slice();
        let buttons = Rc::new(Buttons::new());
        let pins = PinMap::CONSOLE.with_line(LED_PIN, 0);
        Self {
            clock,
            log: Log::new(journal, clock, akira::log::Config::default()),
            stdout: Stdout::new(),
            time: Time::new(clock),
            timers: Timers::new(clock),
            display: Display::new(Framebuffer::new(pixels, WIDTH), screen),
            gpio: Gpio::new(pins, [Led::default()], Held::new(buttons.clone())),
            buttons,
            sensors: Sensors::new(parts::sensor_at_rest()),
            ipc: Ipc::new(),
            settings: Settings::new(kept.settings()),
            storage: Storage::new(kept.files()),
            kept: kept.clone(),
        }
    }

    /// Presses or releases a button. Only the app that has the display sees it; if none has it, all do.
    pub fn press(&self, button: Button, pressed: bool) {
        self.buttons.focus(self.display.owner());
        // Every button has a number that there is.
        let _ = self.buttons.set(ButtonMap::SDK.id(button), pressed);
    }

    /// Sends what apps draw to the screen, 50 ms after they stop; never ends.
    ///
    /// # Cancel safety
    ///
    /// What was not sent is sent when this is awaited again.
    pub async fn run_display(&self) -> ! {
        self.display.run(&self.clock).await
    }

    /// Writes a line of the console's own into the log.
    pub(crate) fn note(&self, name: &str, level: Level, text: fmt::Arguments<'_>) {
        self.log.note(name, level, text);
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
        self.clock
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
        if let Event::Foreground { app, .. } = event {
            self.display.hand_over(Some(*app));
        }
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

impl AsRef<AppLog> for Console {
    fn as_ref(&self) -> &AppLog {
        &self.log
    }
}

impl AsRef<Stdout> for Console {
    fn as_ref(&self) -> &Stdout {
        &self.stdout
    }
}

impl AsRef<AppTimers> for Console {
    fn as_ref(&self) -> &AppTimers {
        &self.timers
    }
}

impl AsRef<AppDisplay> for Console {
    fn as_ref(&self) -> &AppDisplay {
        &self.display
    }
}

impl AsRef<Buttons<APPS>> for Console {
    fn as_ref(&self) -> &Buttons<APPS> {
        &self.buttons
    }
}

impl AsRef<AppGpio> for Console {
    fn as_ref(&self) -> &AppGpio {
        &self.gpio
    }
}

impl AsRef<AppIpc> for Console {
    fn as_ref(&self) -> &AppIpc {
        &self.ipc
    }
}

impl AsRef<AppStorage> for Console {
    fn as_ref(&self) -> &AppStorage {
        &self.storage
    }
}
