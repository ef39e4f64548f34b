use crate::admission::{Admission, Plan};
use crate::budget::WriteBudget;
use crate::event::{Exit, Held, State};
use crate::image::Image;
use crate::meter::Meter;
use akira_abi::caps::{Grant, Restart, Text};
use akira_abi::{AppId, Instant};
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::ToString;
use core::fmt;
use core::pin::Pin;
use core::time::Duration;

/// A run of an app, as a future that ends with it.
pub(crate) type Running = Pin<Box<dyn Future<Output = Exit>>>;

/// A run that is under way.
pub(crate) struct Active {
    pub(crate) id: AppId,
    pub(crate) meter: Rc<Meter>,
    /// Missing while it is polled.
    pub(crate) future: Option<Running>,
    /// Set to end a run that is being polled.
    pub(crate) stop: bool,
}

/// An installed app.
pub(crate) struct Entry {
    pub(crate) name: Rc<str>,
    pub(crate) version: Text<15>,
    pub(crate) signer: Option<Rc<str>>,
    pub(crate) image: Image,
    pub(crate) grant: Rc<Grant>,
    pub(crate) plan: Plan,
    pub(crate) memory_bytes: u64,
    pub(crate) restart: Restart,
    pub(crate) priority: u8,
    pub(crate) autostart: bool,
    pub(crate) held: Option<Held>,
    pub(crate) writes: Rc<WriteBudget>,
    pub(crate) state: State,
    pub(crate) crashes: u32,
    /// Crashes since the last healthy run.
    pub(crate) retries: u8,
    pub(crate) exit: Option<Exit>,
    /// Nobody but the operator starts it before this.
    pub(crate) not_before: Instant,
    /// When it is to be started.
    pub(crate) due: Option<Instant>,
    /// How often a start that was due found no room.
    pub(crate) postponed: u8,
    pub(crate) active: Option<Active>,
}

impl Entry {
    pub(crate) fn new(admission: &Admission<'_>, image: Image) -> Self {
        let manifest = &admission.manifest;
        Self {
            name: Rc::from(admission.name.to_string()),
            version: manifest.version,
            signer: admission.signer.map(Rc::from),
            image,
            grant: Rc::new(admission.grant),
            plan: admission.plan.clone(),
            memory_bytes: admission.memory.total(),
            restart: manifest.restart,
            priority: manifest.priority.unwrap_or(0),
            autostart: manifest.autostart,
            held: None,
            writes: Rc::new(WriteBudget::new(admission.grant.quotas.flash_kb_per_hour)),
            state: State::Installed,
            crashes: 0,
            retries: 0,
            exit: None,
            not_before: Instant::default(),
            due: None,
            postponed: 0,
            active: None,
        }
    }

    /// Notes how a run ended, and when the next one is due if there is to be one.
    pub(crate) fn note_exit(&mut self, exit: Exit, now: Instant, run: &Meter, limits: &Limits) {
        self.exit = Some(exit);
        // What it owed dies with the run, else an app could shed it by ending.
        self.hold_until(now + run.owed());
        if !exit.is_crash() {
            self.retries = 0;
            self.state = State::Stopped;
            return;
        }
        if now.since(run.started()) >= limits.healthy_after {
            self.retries = 0;
        }
        let is_last = self.retries >= self.restart.max_retries;
        self.note_crash(now, limits);
        if self.restart.enabled && is_last {
            self.state = State::Failed;
        } else if self.restart.enabled {
            self.due = Some(self.not_before);
        }
    }

    /// Counts a crash; the more there were in a row, the longer the app stays down, whoever wants it but the operator.
    pub(crate) fn note_crash(&mut self, now: Instant, limits: &Limits) {
        let delay = Duration::from_millis(u64::from(self.restart.delay_ms))
            .max(limits.delay_min)
            .saturating_mul(1 << self.retries.min(16));
        self.hold_until(now + delay.min(limits.delay_max).max(limits.delay_min));
        self.crashes = self.crashes.saturating_add(1);
        self.retries = self.retries.saturating_add(1);
        self.state = State::Error;
    }

    pub(crate) fn hold_until(&mut self, time: Instant) {
        self.not_before = self.not_before.max(time);
    }

    pub(crate) fn is_running(&self) -> bool {
        self.active.is_some()
    }

    /// Tells whether this run is the app's.
    pub(crate) fn runs_as(&self, app: AppId) -> bool {
        self.active.as_ref().is_some_and(|active| active.id == app)
    }
}

/// What bounds restarts on this device.
pub(crate) struct Limits {
    pub(crate) healthy_after: Duration,
    pub(crate) delay_min: Duration,
    pub(crate) delay_max: Duration,
}

/// What is known of an installed app.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AppInfo {
    /// Its name.
    pub name: Rc<str>,
    /// Its own version.
    pub version: Text<15>,
    /// The name of the key that signed it.
    pub signer: Option<Rc<str>>,
    /// Where it is in its life.
    pub state: State,
    /// The bytes of its image.
    pub image_bytes: usize,
    /// What it was granted.
    pub grant: Rc<Grant>,
    /// The bytes of RAM that it needs in the worst case.
    pub memory_bytes_max: u64,
    /// Whether it starts with the device.
    pub autostart: bool,
    /// Why it does not start with the device although it is to.
    pub held: Option<Held>,
    /// What it has cost the flash, and what it may still.
    pub writes: Rc<WriteBudget>,
    /// How often it crashed since it was installed.
    pub crashes: u32,
    /// How its last run ended.
    pub exit: Option<Exit>,
    /// Whether it is about to be started, again or at another's request.
    pub is_due: bool,
    /// Its run, if one is under way.
    pub run: Option<RunInfo>,
}

/// What is known of a run.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RunInfo {
    /// Its id.
    pub id: AppId,
    /// When it began.
    pub started: Instant,
    /// The bytes of its linear memory.
    pub memory_bytes: u64,
    /// The fuel that it has used.
    pub fuel: u64,
    /// The calls that were denied.
    pub denials: u32,
    /// The messages for it that were lost, as far as it has noticed by receiving others.
    pub lost_messages: u32,
}

impl AppInfo {
    pub(crate) fn of(entry: &Entry, now: Instant) -> Self {
        entry.writes.refill(now);
        Self {
            name: entry.name.clone(),
            version: entry.version,
            signer: entry.signer.clone(),
            state: entry.state,
            image_bytes: entry.image.bytes().len(),
            grant: entry.grant.clone(),
            memory_bytes_max: entry.memory_bytes,
            autostart: entry.autostart,
            held: entry.held,
            writes: entry.writes.clone(),
            crashes: entry.crashes,
            exit: entry.exit,
            is_due: entry.due.is_some(),
            run: entry.active.as_ref().map(RunInfo::of),
        }
    }
}

impl RunInfo {
    fn of(active: &Active) -> Self {
        Self {
            id: active.id,
            started: active.meter.started(),
            memory_bytes: active.meter.memory_bytes(),
            fuel: active.meter.fuel(),
            denials: active.meter.denials(),
            lost_messages: active.meter.lost_messages(),
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.state.name())
    }
}
