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

/// Future of a run of an app; it completes when the run ends.
pub(crate) type Running = Pin<Box<dyn Future<Output = Exit>>>;

/// An active run.
pub(crate) struct Active {
    pub(crate) id: AppId,
    pub(crate) meter: Rc<Meter>,
    /// Future of the run; `None` while it is being polled.
    pub(crate) future: Option<Running>,
    /// Whether the run, which is currently being polled, must end after the poll.
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
    /// Number of crashes since the last healthy run.
    pub(crate) retries: u8,
    pub(crate) exit: Option<Exit>,
    /// Earliest time at which the runtime or another app may start the app; the operator may start
    /// it earlier.
    pub(crate) not_before: Instant,
    /// Time of the next scheduled start; `None` if no start is scheduled.
    pub(crate) due: Option<Instant>,
    /// Number of times that the scheduled start was postponed for lack of room.
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

    /// Records the end of a run. After a crash, schedules the restart if the app's restart policy
    /// allows one.
    pub(crate) fn note_exit(&mut self, exit: Exit, now: Instant, run: &Meter, limits: &Limits) {
        self.exit = Some(exit);
        // The time owed for CPU use outlasts the run; otherwise an app could clear the debt by
        // ending.
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

    /// Counts a crash and delays the next start, longer with each consecutive crash. Starts by the
    /// operator ignore the delay.
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

    /// Returns whether `app` is the id of this app's active run.
    pub(crate) fn runs_as(&self, app: AppId) -> bool {
        self.active.as_ref().is_some_and(|active| active.id == app)
    }
}

/// Limits for restarts on this device.
pub(crate) struct Limits {
    pub(crate) healthy_after: Duration,
    pub(crate) delay_min: Duration,
    pub(crate) delay_max: Duration,
}

/// State of an installed app, as [`Runtime::app`](crate::Runtime::app) returns it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AppInfo {
    /// Name of the app.
    pub name: Rc<str>,
    /// Version string of the app, from its manifest; empty if the manifest has none.
    pub version: Text<15>,
    /// Name of the key that signed the app; `None` if the app is unsigned.
    pub signer: Option<Rc<str>>,
    /// State of the app in its life cycle.
    pub state: State,
    /// Size of the app's image, in bytes.
    pub image_bytes: usize,
    /// Capabilities, scopes and quotas that the app was granted.
    pub grant: Rc<Grant>,
    /// RAM that the app needs in the worst case, in bytes.
    pub memory_bytes_max: u64,
    /// Whether the app starts with the device.
    pub autostart: bool,
    /// Reason why the app does not start with the device although `autostart` is set; `None` if it
    /// does start.
    pub held: Option<Held>,
    /// Budget for the app's flash writes: bytes used and bytes left.
    pub writes: Rc<WriteBudget>,
    /// Number of crashes since the app was installed or the device started.
    pub crashes: u32,
    /// End of the app's last run; `None` if no run has ended yet.
    pub exit: Option<Exit>,
    /// Whether a start of the app is scheduled: a restart, an autostart, or a start that another
    /// app requested.
    pub is_due: bool,
    /// Active run; `None` if the app does not run.
    pub run: Option<RunInfo>,
}

/// State of an active run.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RunInfo {
    /// Id of the run. Each start of an app gets a new id.
    pub id: AppId,
    /// Time when the run started.
    pub started: Instant,
    /// Size of the app's linear memory, in bytes.
    pub memory_bytes: u64,
    /// Fuel that the run has used so far, including the fuel for its start.
    pub fuel: u64,
    /// Number of native calls in this run that were denied for lack of a capability.
    pub denials: u32,
    /// Number of messages for the app that were lost in this run. A loss counts once the app
    /// receives a later message.
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
