//! A console on virtual time whose apps run on one engine.

use std::rc::Rc;
use std::time::Duration;

use akira::abi::Clock;
use akira::abi::caps::{AppName, CapabilitySet};
use akira::install::{Config, Library, Offer};
use akira::{AppInfo, Exit, Runtime};
use akira_console::keep::RECORDS;
use akira_sim::clock::SimClock;
use akira_sim::device::VirtualRun;
use akira_sim::flash::Flash;
use akira_sim::hardware::{Console, FUEL_PER_MS, Host, Parts, Sensors};
use akira_sim::journal::Journal;
use akira_sim::protocol::{Area, ClockKind};
use akira_sim::screen::{SCREEN, Screen};
use akira_sim::{catalogue, keep};
use embassy_futures::block_on;
use embassy_futures::join::join;

use super::Engine;

/// Time after which an app that has not ended is stuck, in ms.
const PATIENCE_MS: u64 = 2 * 3_600_000;

/// A console without bundled apps.
pub(crate) struct Stage {
    pub(crate) library: Rc<Library<Console, Engine, Flash, RECORDS>>,
    pub(crate) clock: SimClock,
    journal: Journal,
    screen: Screen,
    pub(crate) run: VirtualRun,
}

impl Stage {
    /// Boots a console with an erased flash.
    pub(crate) fn new() -> Self {
        let clock = SimClock::new(ClockKind::Virtual, FUEL_PER_MS);
        let (journal, screen) = (Journal::new(), Screen::new());
        let kept = block_on(keep::open(None)).expect("the flash is in memory");
        let board = Console::new(Parts {
            clock: clock.clone(),
            log: journal.clone(),
            panel: screen.clone(),
            sensor: Sensors::at_rest(),
            kept: kept.clone(),
        });
        let mut config = catalogue::config::<Host>();
        config.fuel_per_ms = FUEL_PER_MS;
        config.slice_fuel = 2 * FUEL_PER_MS;
        let runtime = Runtime::with_engine(Rc::new(board), Engine, config);
        let library = Rc::new(Library::new(runtime, kept, Config::developer()));
        block_on(library.boot()).expect("the flash is empty");
        let running = library.clone();
        let run = VirtualRun::of(clock.clone(), async move {
            join(running.runtime().run(), running.run()).await;
        });
        Self {
            library,
            clock,
            journal,
            screen,
            run,
        }
    }

    /// Installs a module with every capability, and a manifest beside it if it is not empty. Returns its name, or the
    /// reason for which it is refused.
    pub(crate) fn install(&self, image: &[u8], manifest: &str) -> Result<Rc<str>, String> {
        let mut offer = Offer::new(image);
        offer.name = AppName::new("app");
        offer.sidecar = Some(manifest.as_bytes()).filter(|manifest| !manifest.is_empty());
        offer.grant = CapabilitySet::ALL;
        let installed = self.run.complete(self.library.install(&offer));
        installed.map_err(|error| error.to_string())
    }

    /// Installs a module and starts it.
    pub(crate) fn launch(&self, image: &[u8], manifest: &str) -> Rc<str> {
        let name = self.install(image, manifest).expect("it is admitted");
        self.library.runtime().start(&name).expect("it starts");
        name
    }

    /// Lets time pass.
    pub(crate) fn run_ms(&self, ms: u64) {
        self.run
            .run_until(self.clock.now() + Duration::from_millis(ms));
    }

    pub(crate) fn info(&self, name: &str) -> AppInfo {
        let info = self.library.runtime().app(name);
        info.expect("the app is installed")
    }

    /// Runs until the app has ended for good. Returns how.
    pub(crate) fn finish(&self, name: &str) -> Exit {
        let limit = self.clock.now() + Duration::from_millis(PATIENCE_MS);
        while self.clock.now() < limit {
            let info = self.info(name);
            if let Some(exit) = info.exit.filter(|_| info.run.is_none() && !info.is_due) {
                return exit;
            }
            self.run.run_to_event(limit);
        }
        panic!("{name} runs for more than {PATIENCE_MS} ms");
    }

    /// Returns the texts in the log of one app, without those about its installation.
    pub(crate) fn texts(&self, app: &str) -> Vec<String> {
        let lines = self.journal.lines().into_iter();
        lines
            .filter(|line| line.app == app)
            .map(|line| line.text)
            .collect()
    }

    /// Returns the number of lines that an app lost.
    pub(crate) fn lost(&self, app: &str) -> u64 {
        let lines = self.journal.lines().into_iter();
        lines
            .filter(|line| line.app == app)
            .map(|line| line.dropped)
            .sum()
    }

    /// Returns the rows of the screen, with `true` for each lit pixel.
    pub(crate) fn shown(&self) -> Vec<Vec<bool>> {
        let frame = self.screen.copy(Area::whole(SCREEN));
        let rows = frame.pixels.chunks(usize::from(SCREEN.width));
        rows.map(|row| row.iter().map(|pixel| *pixel != 0).collect())
            .collect()
    }
}

/// Assembles the text of a module.
pub(crate) fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Runs a module to its end. Returns how it ended, and its log.
pub(crate) fn run(image: &[u8]) -> (Exit, Vec<String>) {
    let stage = Stage::new();
    let name = stage.launch(image, "");
    (stage.finish(&name), stage.texts(&name))
}

/// Returns the reason for which a module is refused.
pub(crate) fn refusal(image: &[u8]) -> String {
    let stage = Stage::new();
    let refused = stage.install(image, "").expect_err("it is refused");
    assert!(stage.library.runtime().apps().is_empty(), "{refused}");
    refused
}
