//! The board: the bridges that it offers.

use akira::abi::{AppId, Area, Clock, Errno};
use akira::gpio::{Gpio, PinMap};
use akira::ipc::Ipc;
use akira::libc::Stdout;
use akira::log::{Level, Log};
use akira::sensor::{Channel, Sensors, SettableSensor};
use akira::settings::Settings;
use akira::storage::Storage;
use akira::time::Time;
use akira::timer::Timers;
use akira::{Answer, Board, Call, Event, Natives, WriteBudget};
use alloc::rc::Rc;

use crate::keep::{Files, Kept, SettingsOnFlash};
use crate::{BoardClock, FpgaPin, Journal, layout};

/// The most apps that bridges keep something for: those that run, and one that is just ending.
const APPS: usize = 6;

/// The most files that one app has open.
const FILES_PER_APP: usize = 3;

/// The log of the apps.
pub type AppLog = Log<&'static Journal, BoardClock, APPS>;

type AppGpio = Gpio<FpgaPin, NoButtons, 4, APPS>;
type AppIpc = Ipc<APPS, 4, 512>;
/// As many open files as the apps that run may have together.
type AppStorage = Storage<Files, { FILES_PER_APP * layout::RUNNING }>;
type AppTimers = Timers<BoardClock, 16>;

/// Says that no console button is held: the board has none.
type NoButtons = fn(AppId) -> u32;

/// The pins: lights at 42 and 43, buttons at 0 and 1.
const PINS: PinMap = PinMap::EMPTY
    .with_line(42, 0)
    .with_line(43, 1)
    .with_line(0, 2)
    .with_line(1, 3);

/// What its sensor measures, in thousandths of the unit: it lies still in a room at sea level.
const AT_REST: [(Channel, i32); 5] = [
    (Channel::ACCEL_X, 0),
    (Channel::ACCEL_Y, 0),
    (Channel::ACCEL_Z, 9_810),
    (Channel::AMBIENT_TEMP, 21_500),
    (Channel::PRESS, 101_330),
];

/// An MPS2 board as apps reach it.
#[derive(Debug)]
pub struct Mps2 {
    clock: BoardClock,
    log: AppLog,
    stdout: Stdout,
    time: Time<BoardClock>,
    timers: AppTimers,
    gpio: AppGpio,
    sensors: Sensors<SettableSensor<5>>,
    ipc: AppIpc,
    settings: Settings<SettingsOnFlash>,
    storage: AppStorage,
    kept: Kept,
}

impl Mps2 {
    /// Puts the board together.
    pub(crate) fn new(clock: BoardClock, journal: &'static Journal, kept: &Kept) -> Self {
        let lines = [
            FpgaPin::Led(0),
            FpgaPin::Led(1),
            FpgaPin::Button(0),
            FpgaPin::Button(1),
        ];
        Self {
            clock,
            log: Log::new(journal, clock, akira::log::Config::default()),
            stdout: Stdout::new(),
            time: Time::new(clock),
            timers: Timers::new(clock),
            gpio: Gpio::new(PINS, lines, |_| 0),
            sensors: Sensors::new(sensor_at_rest()),
            ipc: Ipc::new(),
            settings: Settings::new(kept.settings()),
            storage: Storage::new(kept.files()).with_files_per_app(FILES_PER_APP),
            kept: kept.clone(),
        }
    }

    /// Writes a line of the board's own into the log.
    pub(crate) fn note(&self, name: &str, level: Level, text: core::fmt::Arguments<'_>) {
        self.log.note(name, level, text);
    }
}

fn sensor_at_rest() -> SettableSensor<5> {
    let sensor = SettableSensor::new();
    for (channel, value) in AT_REST {
        // There is a place for each.
        let _ = sensor.set(channel, value);
    }
    sensor
}

impl Board for Mps2 {
    const NATIVES: Natives<Self> = &[
        akira::gpio::natives(),
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
    }
}

impl AsRef<AppLog> for Mps2 {
    fn as_ref(&self) -> &AppLog {
        &self.log
    }
}

impl AsRef<Stdout> for Mps2 {
    fn as_ref(&self) -> &Stdout {
        &self.stdout
    }
}

impl AsRef<AppTimers> for Mps2 {
    fn as_ref(&self) -> &AppTimers {
        &self.timers
    }
}

impl AsRef<AppGpio> for Mps2 {
    fn as_ref(&self) -> &AppGpio {
        &self.gpio
    }
}

impl AsRef<AppIpc> for Mps2 {
    fn as_ref(&self) -> &AppIpc {
        &self.ipc
    }
}

impl AsRef<AppStorage> for Mps2 {
    fn as_ref(&self) -> &AppStorage {
        &self.storage
    }
}
