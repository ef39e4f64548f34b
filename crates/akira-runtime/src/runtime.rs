//! The app manager: install, start, stop, and one future that runs every app.

mod changes;
mod requests;
mod schedule;
mod start;

use crate::admission::{Admission, InstallError, InstallOptions, validate};
use crate::board::Board;
use crate::config::Config;
use crate::engine::{self, Engine, Trap};
use crate::entry::{AppInfo, Entry, Limits, Running};
use crate::event::{Cause, Event, Exit, Held, State};
use crate::guard::Guest;
use crate::image::Image;
use crate::meter;
use crate::module::names_of_import;
use crate::modules::Modules;
use crate::run::{at_once, bytes_of_run};
use akira_abi::caps::{AppName, Capability};
use akira_abi::{AppId, Instant};
use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::fmt;
use core::task::Waker;
use core::time::Duration;

pub use start::StartError;

/// The app manager: installs, starts, stops and schedules the apps of a board.
///
/// `Runtime` is a handle: clones refer to the same app manager. One task awaits [`Runtime::run`];
/// other tasks may call every other method between its polls. The type is not `Send`; any executor
/// works.
pub struct Runtime<B: Board, E: Engine> {
    shared: Rc<Shared<B, E>>,
}

pub(crate) struct Shared<B: Board, E: Engine> {
    pub(crate) board: Rc<B>,
    engine: E,
    config: Config,
    me: Weak<Self>,
    apps: RefCell<Vec<Entry>>,
    waker: RefCell<Option<Waker>>,
    changes: changes::Changes,
    runs: Cell<u32>,
    foreground: Cell<Option<AppId>>,
    switch: RefCell<Option<Switch>>,
    /// Run that had the last turn among the preempted apps.
    turn: Cell<AppId>,
    /// Whether the scheduler used its last turn to start an app instead of running a preempted one.
    started: Cell<bool>,
}

/// A requested switch of the foreground app.
struct Switch {
    name: AppName,
    due: Instant,
}

/// Error returned when no installed app has the given name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownApp;

impl fmt::Display for UnknownApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no app of that name is installed")
    }
}

impl core::error::Error for UnknownApp {}

impl<B: Board, E: Engine> Runtime<B, E> {
    /// Creates a runtime without installed apps.
    pub fn with_engine(board: Rc<B>, engine: E, config: Config) -> Self {
        let shared = Rc::new_cyclic(|me| Shared {
            board,
            engine,
            config,
            me: me.clone(),
            apps: RefCell::new(Vec::new()),
            waker: RefCell::new(None),
            changes: changes::Changes::default(),
            runs: Cell::new(0),
            foreground: Cell::new(None),
            switch: RefCell::new(None),
            turn: Cell::new(AppId::new(0)),
            started: Cell::new(false),
        });
        Self { shared }
    }

    /// Returns the board that was passed to [`with_engine`](Self::with_engine).
    pub fn board(&self) -> &B {
        &self.shared.board
    }

    /// Returns the bytes of host RAM that the runtime allocates for each running app: its run with
    /// the engine's instance, and the largest future of this board's native calls. The number is
    /// the same for every app, and admission counts it.
    pub const fn bytes_of_a_run() -> usize {
        bytes_of_run::<B, E::Instance<Guest<B>>>()
    }

    /// Returns the limits and policies that this device applies to its apps.
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Checks an app without installing it, and returns the grant that it would get and the memory
    /// that it needs.
    ///
    /// # Errors
    ///
    /// [`InstallError`] if the app would not be admitted.
    pub fn inspect<'a>(
        &self,
        image: &'a [u8],
        options: &InstallOptions<'a>,
    ) -> Result<Admission<'a>, InstallError> {
        Admission::new::<B>(image, options, &self.shared.config, &self.shared.engine)
    }

    /// Installs an app, and returns its name. An installed app of the same name is stopped and
    /// replaced. If the new app is refused, the installed app stays and continues to run.
    ///
    /// # Errors
    ///
    /// [`InstallError`] if the app is not admitted; nothing changes in that case.
    pub fn install(
        &self,
        image: impl Into<Image>,
        options: &InstallOptions<'_>,
    ) -> Result<Rc<str>, InstallError> {
        let image = image.into();
        let admission = self.admit(&image, options)?;
        let entry = Entry::new(&admission, image.clone());
        drop(admission);
        Ok(self.shared.insert(entry))
    }

    /// Runs every check of [`install`](Self::install) without installing the app.
    ///
    /// # Errors
    ///
    /// [`InstallError`] if the app would not be admitted.
    pub fn check(&self, image: &Image, options: &InstallOptions<'_>) -> Result<(), InstallError> {
        self.admit(image, options).map(drop)
    }

    /// Validates an app's code piece by piece, so that running apps get turns in between. Set
    /// [`InstallOptions::validated`] before the call of [`install`](Self::install): otherwise
    /// `install` validates the code again in one piece, while every app waits.
    ///
    /// # Errors
    ///
    /// [`InstallError`] if the app would not be admitted, or if its code is invalid.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future aborts the check and changes nothing.
    pub async fn validate(
        &self,
        image: &Image,
        options: &InstallOptions<'_>,
    ) -> Result<(), InstallError> {
        let limits = self.limits(image, options)?;
        validate(image, limits, &self.shared.engine).await
    }

    // Not inlined: an admission is 2 KiB, which would otherwise become part of the future above.
    #[inline(never)]
    fn limits(
        &self,
        image: &Image,
        options: &InstallOptions<'_>,
    ) -> Result<engine::Limits, InstallError> {
        let admission = self.inspect(image.bytes(), options)?;
        Ok(admission.plan.limits)
    }

    fn admit<'a>(
        &self,
        image: &'a Image,
        options: &InstallOptions<'a>,
    ) -> Result<Admission<'a>, InstallError> {
        let admission = self.inspect(image.bytes(), options)?;
        if !options.validated {
            let limits = admission.plan.limits;
            at_once(validate(image, limits, &self.shared.engine))?;
        }
        self.shared.check_place(&admission.name, options.replace)?;
        Ok(admission)
    }

    /// Starts an installed app, and returns the id of the run.
    ///
    /// # Errors
    ///
    /// [`StartError`] if the app is not installed, already runs, does not fit into the remaining
    /// memory, or cannot be loaded.
    pub fn start(&self, name: &str) -> Result<AppId, StartError> {
        self.shared.start(name)
    }

    /// Starts an app on behalf of the user, and returns the id of the run. An app that may draw
    /// also comes to the foreground, where it has the screen and the buttons.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`start`](Self::start). The foreground app does not change in that
    /// case.
    pub fn open(&self, name: &str) -> Result<AppId, StartError> {
        let app = self.start(name)?;
        if self
            .app(name)
            .is_some_and(|info| info.grant.allows(Capability::DisplayWrite))
        {
            self.bring_to_front(name)?;
        }
        Ok(app)
    }

    /// Brings an app to the foreground, and starts it first if it does not run. The native call
    /// `app_switch` has the same effect after [`Config::switch_delay`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`start`](Self::start). The foreground app does not change in that
    /// case.
    pub fn bring_to_front(&self, name: &str) -> Result<AppId, StartError> {
        // An earlier request that is still pending must not override this one.
        self.shared.switch.take();
        self.shared.bring_to_front(name)
    }

    /// Returns the id of the run in the foreground; `None` if no app is in the foreground.
    pub fn foreground(&self) -> Option<AppId> {
        self.shared.foreground.get()
    }

    /// Reports an event to the modules and the board. The code that stores apps uses it for the
    /// events that the runtime cannot detect: [`Event::RolledBack`] and the variants after it.
    pub fn announce(&self, event: &Event<'_>) {
        self.shared.observe(event);
    }

    /// Stops an app, and cancels a pending start. The app's resources are released before this
    /// function returns, unless the app itself makes this call.
    ///
    /// # Errors
    ///
    /// [`UnknownApp`] if no installed app has this name. Stopping an app that does not run
    /// succeeds.
    pub fn stop(&self, name: &str) -> Result<(), UnknownApp> {
        let index = self.shared.index(name).ok_or(UnknownApp)?;
        self.shared.stop(index);
        Ok(())
    }

    /// Stops an app if it runs, then starts it, and returns the id of the new run.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`start`](Self::start). A running app stays stopped in that case.
    pub fn restart(&self, name: &str) -> Result<AppId, StartError> {
        self.stop(name).map_err(|UnknownApp| StartError::Unknown)?;
        self.start(name)
    }

    /// Stops an app and removes it.
    ///
    /// # Errors
    ///
    /// [`UnknownApp`] if no installed app has this name.
    pub fn uninstall(&self, name: &str) -> Result<(), UnknownApp> {
        let index = self.shared.index(name).ok_or(UnknownApp)?;
        self.shared.stop(index);
        self.shared.remove(name);
        Ok(())
    }

    /// Schedules the start of every app that has `autostart` set, does not run and is not held back
    /// by [`hold`](Self::hold). An app that cannot be started is reported as [`Event::NotStarted`].
    pub fn autostart(&self) {
        let now = self.shared.now();
        for entry in self
            .shared
            .apps
            .borrow_mut()
            .iter_mut()
            .filter(|entry| entry.autostart && entry.held.is_none() && !entry.is_running())
        {
            entry.due = Some(now);
        }
        self.shared.wake();
    }

    /// Sets whether an app starts with the device. Installing the app again resets the setting to
    /// that of its manifest.
    ///
    /// # Errors
    ///
    /// [`UnknownApp`] if no installed app has this name.
    pub fn set_autostart(&self, name: &str, autostart: bool) -> Result<(), UnknownApp> {
        let mut apps = self.shared.apps.borrow_mut();
        let entry = apps.iter_mut().find(|entry| &*entry.name == name);
        entry.ok_or(UnknownApp)?.autostart = autostart;
        Ok(())
    }

    /// Excludes an app from [`autostart`](Self::autostart) for the given reason; `None` includes it
    /// again. Installing the app again also includes it.
    ///
    /// # Errors
    ///
    /// [`UnknownApp`] if no installed app has this name.
    pub fn hold(&self, name: &str, held: Option<Held>) -> Result<(), UnknownApp> {
        let mut apps = self.shared.apps.borrow_mut();
        let entry = apps.iter_mut().find(|entry| &*entry.name == name);
        entry.ok_or(UnknownApp)?.held = held;
        Ok(())
    }

    /// Returns the state of each installed app, in the order of installation.
    pub fn apps(&self) -> Vec<AppInfo> {
        let now = self.shared.now();
        let apps = self.shared.apps.borrow();
        apps.iter().map(|entry| AppInfo::of(entry, now)).collect()
    }

    /// Returns the state of an app; `None` if no installed app has this name.
    pub fn app(&self, name: &str) -> Option<AppInfo> {
        self.shared
            .apps
            .borrow()
            .iter()
            .find(|entry| &*entry.name == name)
            .map(|entry| AppInfo::of(entry, self.shared.now()))
    }

    /// Returns the image of an app; `None` if no installed app has this name.
    pub fn image(&self, name: &str) -> Option<Image> {
        self.shared
            .apps
            .borrow()
            .iter()
            .find(|entry| &*entry.name == name)
            .map(|entry| entry.image.clone())
    }
}

impl<B: Board, E: Engine> Clone for Runtime<B, E> {
    fn clone(&self) -> Self {
        Self {
            shared: self.shared.clone(),
        }
    }
}

impl<B: Board, E: Engine> fmt::Debug for Runtime<B, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.shared.apps.borrow().iter())
            .finish()
    }
}

/// Data about an ended run, for the events that report the end.
struct Noted {
    state: State,
    restart_in: Option<Duration>,
    lost_messages: u32,
    image: Image,
    cause: Option<meter::RawCause>,
    /// Maximum time that the app may compute between two waits, in milliseconds.
    exec_timeout_ms: u32,
}

impl Noted {
    /// Returns the cause of a trap. The recorded cause may be left from an earlier call, so it
    /// counts only if it can lead to this kind of trap.
    fn cause_of(&self, exit: Exit) -> Option<Cause<'_>> {
        let Exit::Trapped(trap) = exit else {
            return None;
        };
        match (trap, self.cause) {
            (Trap::OutOfCpu, _) => Some(Cause::Busy {
                ms: self.exec_timeout_ms,
            }),
            (Trap::Unlinked, Some(meter::RawCause::Import(at))) => {
                let (module, name) = names_of_import(self.image.bytes(), at)?;
                Some(Cause::Import { module, name })
            }
            (
                Trap::MemoryOutOfBounds | Trap::Unanswered,
                Some(meter::RawCause::Call(call, argument)),
            ) => Some(Cause::Call { call, argument }),
            _ => None,
        }
    }
}

impl<B: Board, E: Engine> Shared<B, E> {
    fn now(&self) -> Instant {
        self.board.clock().now()
    }

    /// Reports an event to the modules and the board, and then wakes the task that waits for a
    /// change.
    fn observe(&self, event: &Event<'_>) {
        self.board.modules().observe(event);
        self.board.observe(event);
        self.changes.note();
    }

    /// Wakes the task that polls the scheduler.
    fn wake(&self) {
        // A waker may run any code, so nothing may be borrowed during the call.
        let waker = self.waker.borrow().clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn index(&self, name: &str) -> Option<usize> {
        self.apps
            .borrow()
            .iter()
            .position(|entry| &*entry.name == name)
    }

    /// Checks that an app of this name can be added or replaced.
    fn check_place(&self, name: &str, replace: bool) -> Result<(), InstallError> {
        let most = self.config.installed_max;
        match self.index(name) {
            Some(_) if replace => Ok(()),
            Some(_) => Err(InstallError::Exists),
            None if self.apps.borrow().len() < most => Ok(()),
            None => Err(InstallError::Full { most }),
        }
    }

    fn insert(&self, entry: Entry) -> Rc<str> {
        let name = entry.name.clone();
        if let Some(index) = self.index(&name) {
            self.stop(index);
        }
        // Observers of the old app's end may have started or uninstalled any app, so its index may
        // be stale.
        drop(self.put(entry));
        self.observe(&Event::Changed {
            name: &name,
            state: State::Installed,
        });
        name
    }

    /// Replaces the entry of the same name, or appends the new one. Returns the old entry, so that
    /// the caller drops it when nothing is borrowed: dropping a run calls into the board.
    fn put(&self, entry: Entry) -> Option<Entry> {
        let mut apps = self.apps.borrow_mut();
        match apps.iter_mut().find(|old| old.name == entry.name) {
            Some(old) => Some(core::mem::replace(old, entry)),
            None => {
                apps.push(entry);
                None
            }
        }
    }

    /// Removes an entry and returns it to be dropped by the caller, for the reason given at
    /// [`Self::put`].
    fn take(&self, name: &str) -> Option<Entry> {
        let mut apps = self.apps.borrow_mut();
        let index = apps.iter().position(|entry| &*entry.name == name)?;
        Some(apps.remove(index))
    }

    fn remove(&self, name: &str) {
        drop(self.take(name));
        self.observe(&Event::Changed {
            name,
            state: State::New,
        });
    }

    /// Ends the run of an app, if it has one.
    fn stop(&self, index: usize) {
        // A run that is being polled ends when its poll returns.
        if let Some((app, name, future)) = self.take_to_stop(index) {
            drop(future);
            self.ended(app, &name, Exit::Stopped);
        }
    }

    /// Takes the future of a run that must end. If the run is being polled, marks it so that it
    /// ends after that poll.
    fn take_to_stop(&self, index: usize) -> Option<(AppId, Rc<str>, Running)> {
        let mut apps = self.apps.borrow_mut();
        let entry = apps.get_mut(index)?;
        entry.due = None;
        entry.postponed = 0;
        let active = entry.active.as_mut()?;
        active.stop = true;
        Some((active.id, entry.name.clone(), active.future.take()?))
    }

    /// Reports the end of a run. The caller has dropped the run's future, and with it everything
    /// that the run held.
    fn ended(&self, app: AppId, name: &str, exit: Exit) {
        let noted = self.note_end(app, exit);
        let delay = noted.as_ref().and_then(|noted| noted.restart_in);
        self.observe(&Event::Ended {
            app,
            name,
            exit,
            cause: noted.as_ref().and_then(|noted| noted.cause_of(exit)),
            restart_in_ms: delay.map(crate::config::millis),
            lost_messages: noted.as_ref().map_or(0, |noted| noted.lost_messages),
        });
        if let Some(noted) = noted {
            let state = noted.state;
            self.observe(&Event::Changed { name, state });
        }
        self.leave_foreground(app, name);
        self.wake();
    }

    /// Records in the app's entry how a run ended, unless the app was uninstalled or replaced in
    /// the meantime.
    fn note_end(&self, app: AppId, exit: Exit) -> Option<Noted> {
        let now = self.now();
        let mut apps = self.apps.borrow_mut();
        let entry = apps.iter_mut().find(|entry| entry.runs_as(app))?;
        let active = entry.active.take()?;
        entry.note_exit(exit, now, &active.meter, &self.limits());
        Some(Noted {
            state: entry.state,
            restart_in: entry.due.map(|due| due.since(now)),
            lost_messages: active.meter.lost_messages(),
            image: entry.image.clone(),
            cause: active.meter.cause(),
            exec_timeout_ms: entry.grant.quotas.exec_timeout_ms,
        })
    }

    /// Returns the limits for restarts on this device.
    fn limits(&self) -> Limits {
        Limits {
            healthy_after: self.config.healthy_after,
            delay_min: self.config.restart_delay_min,
            delay_max: self.config.restart_delay_max,
        }
    }

    /// Returns to the home app if the ended run was in the foreground and no switch to another app
    /// is pending.
    fn leave_foreground(&self, app: AppId, name: &str) {
        if self.foreground.get() == Some(app) {
            self.foreground.set(None);
            self.return_home(name);
        }
    }

    /// Brings the home app to the foreground after `name` left it, unless `name` is the home app or
    /// another switch is pending.
    fn return_home(&self, name: &str) {
        let vacant = self.foreground.get().is_none() && self.switch.borrow().is_none();
        let home = self.config.home.filter(|home| home.as_str() != name);
        if let Some(home) = home.filter(|_| vacant) {
            self.request_switch(home);
        }
    }

    fn request_switch(&self, name: AppName) {
        let due = self.now() + self.config.switch_delay;
        self.switch.replace(Some(Switch { name, due }));
        self.wake();
    }
}
