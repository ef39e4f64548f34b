//! Simulated console with an app manager, on virtual time.

use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use akira::abi::{Clock, Instant};
use akira::engine::Wasmi;
use akira::{Config, Runtime};
use akira_sim::clock::SimClock;
use akira_sim::hardware::{Console, Parts, Sensors};
use akira_sim::journal::Journal;
use akira_sim::keep;
use akira_sim::protocol::ClockKind;
use akira_sim::screen::Screen;
use embassy_futures::block_on;

/// Fuel of a millisecond. It is low, so that a spinning guest soon reaches its time limit.
const FUEL_PER_MS: u64 = 2_000;

/// Maximum number of polls at one instant. Each poll wakes something or runs a slice, and a slice
/// advances the time.
const MOST_POLLS: u32 = 10_000;

/// App manager on a simulated console without persistent storage.
#[derive(Debug)]
pub struct SmallConsole {
    /// App manager.
    pub apps: Runtime<Console, Wasmi>,
    clock: SimClock,
}

/// Returns the limits of a small device.
fn small() -> Config {
    let mut config = Config::default();
    config.installed_max = 2;
    config.running_max = 2;
    config.image_bytes_max = 64 << 10;
    config.memory_bytes = 2 << 20;
    config.app_memory_bytes = 64 << 10;
    config.app_heap_bytes = 8 << 10;
    config.app_stack_bytes = 8 << 10;
    config.call_depth = 100;
    config.table_elements = 500;
    config.app_storage_bytes = 4 << 10;
    config.app_handles = 4;
    config.slice_fuel = FUEL_PER_MS;
    config.fuel_per_ms = FUEL_PER_MS;
    config.exec_timeout = Duration::from_millis(50);
    config
}

impl SmallConsole {
    /// Creates a console with limits as tight as on a small device.
    ///
    /// # Panics
    ///
    /// Never: its flash is in memory and erased.
    pub fn new() -> Self {
        let kept = block_on(keep::open(None)).expect("an erased flash can be used");
        let clock = SimClock::new(ClockKind::Virtual, FUEL_PER_MS);
        let console = Console::new(Parts {
            clock: clock.clone(),
            log: Journal::new(),
            panel: Screen::new(),
            sensor: Sensors::at_rest(),
            kept,
        });
        let apps = Runtime::with_engine(Rc::new(console), Wasmi, small());
        Self { apps, clock }
    }

    /// Runs the apps for a virtual time.
    ///
    /// # Panics
    ///
    /// If the apps stay busy while time does not advance.
    pub fn run_for(&self, time: Duration) {
        let end = self.clock.now() + time;
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        let waker = Waker::from(woken.clone());
        let mut cx = Context::from_waker(&waker);
        let mut run = pin!(self.apps.run());
        let mut still = Still::at(self.clock.now());
        while self.clock.now() < end {
            if woken.0.swap(false, Ordering::Relaxed) {
                assert!(run.as_mut().poll(&mut cx).is_pending(), "apps run for ever");
                still.check(self.clock.now());
            } else {
                self.clock.skip_idle(end);
            }
        }
    }
}

impl Default for SmallConsole {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether the console has work to do.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Number of polls at one instant.
struct Still {
    at: Instant,
    polls: u32,
}

impl Still {
    fn at(at: Instant) -> Self {
        Self { at, polls: 0 }
    }

    fn check(&mut self, now: Instant) {
        if now > self.at {
            *self = Self::at(now);
        }
        self.polls += 1;
        assert!(self.polls < MOST_POLLS, "time stands still at {now:?}");
    }
}
