//! The board: its native modules and their bridges.

use akira::abi::{AppId, Clock};
use akira::gpio::{Gpio, PinMap};
use akira::log::{Level, Log};
use akira::sensor::{Channel, Sensors, SettableSensor};
use akira::settings::Settings;
use akira::storage::Storage;
use akira::time::Time;
use akira::timer::Timers;
use akira::{
    Board, WriteBudget, gpio, ipc, libc, lifecycle, log, memory, sensor, settings, storage, time,
    timer,
};
use akira_board::EmbassyClock;
use alloc::rc::Rc;
use core::fmt;

use crate::keep::{Files, Kept, SettingsOnFlash};
use crate::{FpgaPin, Journal, layout};

/// Maximum number of apps for which bridges keep state: the running apps, and one that is just ending.
const APPS: usize = 6;

/// Maximum number of files that one app has open.
const FILES_PER_APP: usize = 3;

/// Native module of the log.
pub type AppLog = log::Module<&'static Journal, EmbassyClock, APPS>;

/// Native modules of the board. The number of open files is the sum over the apps that run at once.
pub type Modules = (
    gpio::Module<FpgaPin, NoButtons, 4, APPS>,
    ipc::Module<EmbassyClock, APPS, 4, 512>,
    libc::Module<&'static Journal, EmbassyClock, APPS>,
    lifecycle::Module,
    Rc<AppLog>,
    memory::Module,
    sensor::Module<SettableSensor<5>>,
    settings::Module<SettingsOnFlash>,
    storage::Module<Files, { FILES_PER_APP * layout::RUNNING }>,
    time::Module<EmbassyClock>,
    timer::Module<EmbassyClock, 16>,
);

/// Reports that no console button is held: the board has none.
type NoButtons = fn(AppId) -> u32;

/// The pins: lights at 42 and 43, buttons at 0 and 1.
const PINS: PinMap = PinMap::EMPTY
    .with_line(42, 0)
    .with_line(43, 1)
    .with_line(0, 2)
    .with_line(1, 3);

/// Values of the simulated sensor, in thousandths of the unit: those of a board at rest in a room at sea level.
const AT_REST: [(Channel, i32); 5] = [
    (Channel::ACCEL_X, 0),
    (Channel::ACCEL_Y, 0),
    (Channel::ACCEL_Z, 9_810),
    (Channel::AMBIENT_TEMP, 21_500),
    (Channel::PRESS, 101_330),
];

/// MPS2 board with its native modules.
pub struct Mps2 {
    modules: Modules,
    clock: EmbassyClock,
    log: Rc<AppLog>,
    kept: Kept,
}

impl Mps2 {
    /// Creates the board from its parts.
    pub(crate) fn new(journal: &'static Journal, kept: &Kept) -> Self {
        let clock = EmbassyClock;
        let pins = [
            FpgaPin::Led(0),
            FpgaPin::Led(1),
            FpgaPin::Button(0),
            FpgaPin::Button(1),
        ];
        let lines = Log::new(journal, clock, log::Config::default());
        let log = Rc::new(log::Module(lines));
        let files = Storage::new(kept.files()).with_files_per_app(FILES_PER_APP);
        Self {
            modules: (
                gpio::Module(Gpio::new(PINS, pins, |_| 0)),
                ipc::Module::new(clock),
                libc::Module::new(log.clone()),
                lifecycle::Module,
                log.clone(),
                memory::Module,
                sensor::Module(Sensors::new(sensor_at_rest())),
                settings::Module::new(Settings::new(kept.settings())),
                storage::Module::new(files),
                time::Module(Time::new(clock)),
                timer::Module(Timers::new(clock)),
            ),
            clock,
            log,
            kept: kept.clone(),
        }
    }

    /// Writes a line of the board into the log.
    pub(crate) fn note(&self, name: &str, level: Level, text: fmt::Arguments<'_>) {
        self.log.0.note(name, level, text);
    }
}

fn sensor_at_rest() -> SettableSensor<5> {
    let sensor = SettableSensor::new();
    for (channel, value) in AT_REST {
        // Cannot fail: the sensor has a place for each channel.
        let _ = sensor.set(channel, value);
    }
    sensor
}

impl Board for Mps2 {
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

impl fmt::Debug for Mps2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mps2")
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}
