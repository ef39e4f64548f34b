use super::Shared;
use crate::admission::link;
use crate::app::{App, Identity};
use crate::board::Board;
use crate::control::Control;
use crate::engine::{Engine, Instance as _, LoadError};
use crate::entry::{Active, Entry, Running};
use crate::event::{Event, State};
use crate::guard::{Guest, Link};
use crate::heap::Heap;
use crate::meter::Meter;
use crate::module::{Module, ModuleError};
use crate::modules::Modules as _;
use crate::run::Run;
use akira_abi::AppId;
use alloc::boxed::Box;
use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

/// Fuel charged for a start: a fixed part, and a part for each byte of the image. It covers reading
/// and instantiating the module, and, with wasmi, checking and translating all of it, which wasmi
/// does when a function is called for the first time. On the host that is 110,000 instructions and
/// some 300 for each byte, where a unit of fuel is 15; on a Cortex-M4 twice as many, where it is
/// 18.
const START_FUEL: u64 = 10_000;
const START_FUEL_PER_BYTE: u64 = 20;

/// Minimum time between two starts of an app, as a multiple of the time that a start takes; starts
/// by the operator are exempt. Starts of one app therefore take at most a quarter of the CPU.
const STARTS_APART: u64 = 4;

/// Reason why an app was not started.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum StartError {
    /// No installed app has this name.
    Unknown,
    /// The app already runs. Stop or restart it.
    Running,
    /// The maximum number of apps is running. Stop another app first.
    TooMany {
        /// Maximum number of apps that run at once.
        most: usize,
    },
    /// The running apps leave too little RAM for this app. Stop another app first.
    Memory {
        /// RAM that the app needs in the worst case, in bytes.
        needed: u64,
        /// RAM that is free for apps, in bytes.
        free: u64,
    },
    /// The app's module is malformed or exceeds a limit.
    Module(ModuleError),
    /// The engine could not load the app.
    Load(LoadError),
}

impl StartError {
    /// Returns whether the app may start once other apps have ended.
    pub(crate) const fn is_for_want_of_room(&self) -> bool {
        matches!(self, Self::TooMany { .. } | Self::Memory { .. })
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => super::UnknownApp.fmt(f),
            Self::Running => f.write_str("the app is running; stop or restart it"),
            Self::TooMany { most } => {
                write!(f, "{most} apps run, the maximum; stop one first")
            }
            Self::Memory { needed, free } => write!(
                f,
                "the app needs up to {needed} bytes of RAM and {free} are free: {} are missing; stop another app first",
                needed.saturating_sub(*free)
            ),
            Self::Module(error) => error.fmt(f),
            Self::Load(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for StartError {}

impl From<ModuleError> for StartError {
    fn from(error: ModuleError) -> Self {
        Self::Module(error)
    }
}

impl<B: Board, E: Engine> Shared<B, E> {
    pub(super) fn start(&self, name: &str) -> Result<AppId, StartError> {
        let index = self.index(name).ok_or(StartError::Unknown)?;
        self.check_room(index)?;
        let id = self.next_id();
        let meter = Rc::new(Meter::started_at(self.now()));
        self.charge_start(index, &meter);
        let future = match self.load(index, id, &meter) {
            Ok(future) => future,
            Err(error) => {
                self.not_loaded(index);
                return Err(error);
            }
        };
        if let Some(entry) = self.apps.borrow_mut().get_mut(index) {
            entry.due = None;
            entry.postponed = 0;
            entry.state = State::Running;
            entry.active = Some(Active {
                id,
                meter,
                future: Some(future),
                stop: false,
            });
        }
        self.observe(&Event::Changed {
            name,
            state: State::Running,
        });
        self.wake();
        Ok(id)
    }

    /// Checks that the app does not run, and that the number of running apps and their RAM allow
    /// another run.
    fn check_room(&self, index: usize) -> Result<(), StartError> {
        let apps = self.apps.borrow();
        let entry = apps.get(index).ok_or(StartError::Unknown)?;
        if entry.is_running() {
            return Err(StartError::Running);
        }
        let running = || apps.iter().filter(|entry| entry.is_running());
        if running().count() >= self.config.running_max {
            return Err(StartError::TooMany {
                most: self.config.running_max,
            });
        }
        let used: u64 = running().map(|entry| entry.memory_bytes).sum();
        let free = self.config.memory_bytes.saturating_sub(used);
        if entry.memory_bytes > free {
            return Err(StartError::Memory {
                needed: entry.memory_bytes,
                free,
            });
        }
        Ok(())
    }

    /// Charges an app for its start before the work is done, so that a run that ends at once and a
    /// load that fails cost the same as any other start.
    fn charge_start(&self, index: usize, meter: &Meter) {
        let mut apps = self.apps.borrow_mut();
        let Some(entry) = apps.get_mut(index) else {
            return;
        };
        let bytes = entry.image.bytes().len() as u64;
        let fuel = START_FUEL.saturating_add(bytes.saturating_mul(START_FUEL_PER_BYTE));
        let budget = entry.plan.cpu;
        let period = Duration::from_micros(budget.us_for(fuel).saturating_mul(STARTS_APART));
        entry.hold_until(meter.started() + period.max(self.config.restart_delay_min));
        meter.add_fuel(fuel);
        meter.owe(budget.rest_for(fuel));
    }

    /// Returns an id that no earlier run had; the ids wrap around after 2^32 runs.
    fn next_id(&self) -> AppId {
        let next = self.runs.get().wrapping_add(1).max(1);
        self.runs.set(next);
        AppId::new(next)
    }

    /// Loads an app and returns the future of its run.
    fn load(&self, index: usize, id: AppId, meter: &Rc<Meter>) -> Result<Running, StartError> {
        let apps = self.apps.borrow();
        let entry = apps.get(index).ok_or(StartError::Unknown)?;
        let module = Module::parse(entry.image.bytes())?;
        let links = links::<B>(&module)?;
        let guest = Guest {
            board: self.board.clone(),
            app: self.app(entry, id, meter),
        };
        let instance = self
            .engine
            .load(&entry.image, &module, &links, guest, entry.plan.limits)
            .map_err(StartError::Load)?;
        if !instance.is_metered() {
            return Err(StartError::Load(LoadError::Unmetered));
        }
        let run = Run {
            instance,
            board: self.board.clone(),
            meter: meter.clone(),
            budget: entry.plan.cpu,
            given: 0,
            burst: 0,
            rested: Duration::ZERO,
            writes: entry.writes.clone(),
        };
        Ok(Box::pin(run.calls(entry.plan.exports.clone())))
    }

    fn app(&self, entry: &Entry, id: AppId, meter: &Rc<Meter>) -> App {
        let control: Weak<dyn Control> = self.me.clone();
        let identity = Identity {
            id,
            name: entry.name.clone(),
            grant: entry.grant.clone(),
            meter: meter.clone(),
            control,
            vendors: self.config.policy.vendors,
            windows_max: B::Modules::WINDOWS,
        };
        App::new(identity, Heap::new(entry.plan.heap_bytes))
    }

    /// Records that an app cannot be loaded; the runtime does not retry by itself.
    fn not_loaded(&self, index: usize) {
        let name = {
            let mut apps = self.apps.borrow_mut();
            let Some(entry) = apps.get_mut(index) else {
                return;
            };
            entry.due = None;
            entry.note_crash(self.now(), &self.limits());
            entry.exit = Some(crate::Exit::NotLoaded);
            entry.name.clone()
        };
        self.observe(&Event::Changed {
            name: &name,
            state: State::Error,
        });
    }
}

fn links<B: Board>(module: &Module<'_>) -> Result<Vec<Link<B>>, ModuleError> {
    let mut links = Vec::new();
    let mut imports = module.imports()?;
    loop {
        let at = imports.position();
        let Some(import) = imports.next() else {
            return Ok(links);
        };
        links.push(link(at, &import?));
    }
}
