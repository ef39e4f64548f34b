//! Simulated console with the maximum number of apps, one of which makes the measured calls.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

use akira::abi::Clock;
use akira::abi::caps::{Capability, CapabilitySet, Policy, Quotas};
use akira::engine::Wasmi;
use akira::{Config, InstallOptions, Runtime};
use akira_measure::counted;
use akira_sim::clock::SimClock;
use akira_sim::hardware::{Console, Parts, Sensors};
use akira_sim::journal::Journal;
use akira_sim::keep;
use akira_sim::protocol::ClockKind;
use akira_sim::screen::Screen;
use embassy_futures::block_on;

use crate::guest::DONE;

/// Fuel of a millisecond, and fuel of a slice.
pub(crate) const FUEL_PER_MS: u64 = 20_000;
pub(crate) const SLICE: u64 = 2 * FUEL_PER_MS;

/// Name of the app whose calls are measured.
const APP: &str = "case";

/// Numbers of further apps that are installed, and of those that run and receive published
/// messages.
const CROWD: usize = 25;
const RUNNING: usize = 6;

/// Simulated console.
pub(crate) struct Device {
    runtime: Runtime<Console, Wasmi>,
    clock: SimClock,
    /// Number of turns that have ended.
    ends: Rc<Cell<u64>>,
    running: RefCell<Pin<Box<dyn Future<Output = std::convert::Infallible>>>>,
    woken: Arc<Woken>,
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Result of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// The turn used this fuel.
    Done(u64),
    /// The app has ended.
    Ended,
    /// The app waits for an event that never occurs.
    Stuck,
}

impl Device {
    pub(crate) fn new() -> Self {
        let clock = SimClock::new(ClockKind::Virtual, FUEL_PER_MS);
        let journal = Journal::new();
        let console = Console::new(Parts {
            clock: clock.clone(),
            log: journal.clone(),
            panel: Screen::new(),
            sensor: Sensors::at_rest(),
            kept: block_on(keep::open(None)).expect("an erased flash is formatted"),
        });
        let runtime = Runtime::with_engine(Rc::new(console), Wasmi, config());
        let running = Box::pin({
            let runtime = runtime.clone();
            async move { runtime.run().await }
        });
        let ends = Rc::new(Cell::new(0));
        let counter = ends.clone();
        journal.listen(move |line| counter.set(counter.get() + u64::from(line.text == DONE)));
        let device = Self {
            runtime,
            clock,
            ends,
            running: RefCell::new(running),
            woken: Arc::new(Woken(AtomicBool::new(true))),
        };
        device.add_crowd();
        device
    }

    fn add_crowd(&self) {
        for index in 0..CROWD {
            let name = format!("crowd-{index:02}-with-a-name-as-long-as");
            self.install(
                &name,
                wat::parse_str(LISTENER).expect("the listener's text is right"),
            );
            if index < RUNNING {
                self.runtime.start(&name).expect("there is room for it");
            }
        }
        self.poll();
    }

    /// Starts the app of a case and runs its preparation.
    pub(crate) fn begin(&self, module: &str) -> Turn {
        let _ = self.runtime.uninstall(APP);
        let module = wat::parse_str(module).unwrap_or_else(|error| panic!("{error}\n{module}"));
        self.install(APP, module);
        self.runtime.start(APP).expect("there is room for it");
        self.turn(|poll| poll())
    }

    fn install(&self, name: &str, module: Vec<u8>) {
        let options = InstallOptions::trusted()
            .with_name(name)
            .with_grant(CapabilitySet::from_bits(u64::MAX));
        let installed = self.runtime.install(Rc::<[u8]>::from(module), &options);
        installed.expect("the app is admitted");
    }

    /// Runs the app to the end of its turn, with each poll inside `step`.
    pub(crate) fn turn(&self, mut step: impl FnMut(&mut dyn FnMut())) -> Turn {
        let (ends, fuel) = (self.ends.get(), self.fuel());
        loop {
            step(&mut || self.poll());
            if self.runtime.app(APP).is_none_or(|app| app.run.is_none()) {
                return Turn::Ended;
            }
            if self.ends.get() > ends {
                return Turn::Done(self.fuel() - fuel);
            }
            if !self.woken.0.load(Ordering::Relaxed)
                && !self.clock.skip_idle(self.clock.now() + DAYS)
            {
                return Turn::Stuck;
            }
        }
    }

    /// Counts the host instructions of a turn.
    pub(crate) fn counted_turn(&self) -> Turn {
        let mut turn = Turn::Stuck;
        counted(&mut || turn = self.turn(|poll| poll()));
        turn
    }

    /// Counts the host instructions of each poll of a turn. Also returns the number of polls.
    pub(crate) fn counted_steps(&self) -> (Turn, usize) {
        let mut steps = 0;
        let turn = self.turn(|poll| {
            steps += 1;
            counted(poll);
        });
        (turn, steps)
    }

    fn poll(&self) {
        self.woken.0.store(false, Ordering::Relaxed);
        let waker = Waker::from(self.woken.clone());
        let mut cx = Context::from_waker(&waker);
        let poll = self.running.borrow_mut().as_mut().poll(&mut cx);
        assert!(poll.is_pending(), "a runtime runs for ever");
    }

    fn fuel(&self) -> u64 {
        let app = self.runtime.app(APP);
        app.and_then(|app| app.run).map_or(0, |run| run.fuel)
    }
}

/// Longer than any finite wait of a call.
const DAYS: std::time::Duration = std::time::Duration::from_secs(100 * 24 * 3_600);

/// App that receives published messages and ignores them.
const LISTENER: &str = r#"(module
    (import "env" "msg_subscribe" (func $subscribe (param i32) (result i32)))
    (import "env" "msg_recv" (func $receive (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1 1)
    (data (i32.const 16) "crowd\00")
    (data (i32.const 32) "silence\00")
    (func (export "main") (result i32)
        (drop (call $subscribe (i32.const 16)))
        (drop (call $subscribe (i32.const 32)))
        (drop (call $receive (i32.const 32) (i32.const 64) (i32.const 64) (i32.const -1)))
        (i32.const 0)))"#;

/// Returns the configuration of the simulated console.
fn config() -> Config {
    let mut config = Config::default();
    let everything = CapabilitySet::from_bits(u64::MAX);
    let offered = akira::offered::<Console>().with(Capability::SystemSettings);
    config.policy = Policy::new(offered, everything)
        .with_limits(Quotas::default().with_memory(4 << 20).with_storage(1 << 20));
    config.fuel_per_ms = FUEL_PER_MS;
    config.slice_fuel = SLICE;
    config
}
