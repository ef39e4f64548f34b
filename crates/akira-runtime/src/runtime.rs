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

/// An app manager and the apps that it runs on a board.
///
/// A handle: clones are the same runtime. One task awaits [`Runtime::run`]; others may call everything else between
/// its polls. Nothing here is `Send`, and any executor will do.
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
    /// The preempted app whose turn it was last.
    turn: Cell<AppId>,
    /// Whether the last turn went to a start.
    started: Cell<bool>,
}

/// An app that is to come to the foreground.
struct Switch {
    name: AppName,
    due: Instant,
}

/// No app has this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownApp;

impl fmt::Display for UnknownApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no app of that name is installed")
    }
}

impl core::error::Error for UnknownApp {}

impl<B: Board, E: Engine> Runtime<B, E> {
    /// Makes a runtime without apps.
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

    /// Returns the board.
    pub fn board(&self) -> &B {
        &self.shared.board
    }

    /// Returns the bytes of RAM that the runtime takes for each app that runs, whatever the app: its run with the engine's instance, and
    /// the largest future that a native call of this board is. Admission counts them.
    pub const fn bytes_of_a_run() -> usize {
        bytes_of_run::<B, E::Instance<Guest<B>>>()
    }

    /// Returns how the device treats its apps.
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Reads an app and says what it would get, without installing it.
    ///
    /// # Errors
    ///
    /// [`InstallError`] if it would not be admitted.
    pub fn inspect<'a>(
        &self,
        image: &'a [u8],
        options: &InstallOptions<'a>,
    ) -> Result<Admission<'a>, InstallError> {
        Admission::new::<B>(image, options, &self.shared.config, &self.shared.engine)
    }

    /// Installs an app, and returns its name. One that is replaced is stopped first; the old one stays if the new one
    /// is refused.
    ///
    /// # Errors
    ///
    /// [`InstallError`] if it is not admitted; then nothing has changed.
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

    /// Checks all that [`install`](Self::install) checks, and changes nothing.
    ///
    /// # Errors
    ///
    /// [`InstallError`] if the app would not be admitted.
    pub fn check(&self, image: &Image, options: &InstallOptions<'_>) -> Result<(), InstallError> {
        self.admit(image, options).map(drop)
    }

    /// Checks an app's code, in pieces between which the apps run. Pass [`InstallOptions::validated`] afterwards, so that
    /// [`install`](Self::install) does not do it again, at once and while everything waits.
    ///
    /// # Errors
    ///
    /// [`InstallError`] if the app would not be admitted, or its code is invalid.
    ///
    /// # Cancel safety
    ///
    /// A drop ends the check; nothing has changed.
    pub async fn validate(
        &self,
        image: &Image,
        options: &InstallOptions<'_>,
    ) -> Result<(), InstallError> {
        let limits = self.limits(image, options)?;
        validate(image, limits, &self.shared.engine).await
    }

    // An admission is 2 KiB of stack, which the future above is not to hold.
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

    /// Starts an app.
    ///
    /// # Errors
    ///
    /// [`StartError`] if it is not there, runs already, does not fit, or cannot be loaded.
    pub fn start(&self, name: &str) -> Result<AppId, StartError> {
        self.shared.start(name)
    }

    /// Starts an app as a user does: one that draws comes to the foreground, where it has the screen and the buttons.
    ///
    /// # Errors
    ///
    /// [`StartError`] as for [`Runtime::start`]; then the foreground is as it was.
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

    /// Brings an app to the foreground, as `app_switch` does but at once; starts it if it does not run.
    ///
    /// # Errors
    ///
    /// [`StartError`] as for [`Runtime::start`]; then the foreground is as it was.
    pub fn bring_to_front(&self, name: &str) -> Result<AppId, StartError> {
        // Who asks now is not to be overtaken by what was asked before.
        self.shared.switch.take();
        self.shared.bring_to_front(name)
    }

    /// Returns the run that is in the foreground.
    pub fn foreground(&self) -> Option<AppId> {
        self.shared.foreground.get()
    }

    /// Tells the board of an event that whoever keeps apps found out; see [`Event::RolledBack`] and those after it.
    pub fn announce(&self, event: &Event<'_>) {
        self.shared.observe(event);
    }

    /// Stops an app, and cancels a restart that is due. All that it holds is given back before this returns, unless
    /// the app is what calls this.
    ///
    /// # Errors
    ///
    /// [`UnknownApp`] if there is none of that name. Stopping an app that does not run changes nothing.
    pub fn stop(&self, name: &str) -> Result<(), UnknownApp> {
        let index = self.shared.index(name).ok_or(UnknownApp)?;
        self.shared.stop(index);
        Ok(())
    }

    /// Stops an app if it runs, and starts it.
    ///
    /// # Errors
    ///
    /// [`StartError`] as for [`Runtime::start`].
    pub fn restart(&self, name: &str) -> Result<AppId, StartError> {
        self.stop(name).map_err(|UnknownApp| StartError::Unknown)?;
        self.start(name)
    }

    /// Stops and forgets an app.
    ///
    /// # Errors
    ///
    /// [`UnknownApp`] if there is none of that name.
    pub fn uninstall(&self, name: &str) -> Result<(), UnknownApp> {
        let index = self.shared.index(name).ok_or(UnknownApp)?;
        self.shared.stop(index);
        self.shared.remove(name);
        Ok(())
    }

    /// Starts every app whose manifest says that it starts with the device; those that cannot be started are reported
    /// as [`Event::NotStarted`].
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

    /// Sets whether an app starts with the device, until it is installed again.
    ///
    /// # Errors
    ///
    /// [`UnknownApp`] if there is none of that name.
    pub fn set_autostart(&self, name: &str, autostart: bool) -> Result<(), UnknownApp> {
        let mut apps = self.shared.apps.borrow_mut();
        let entry = apps.iter_mut().find(|entry| &*entry.name == name);
        entry.ok_or(UnknownApp)?.autostart = autostart;
        Ok(())
    }

    /// Sets or clears the reason why an app with autostart is held back, until it is installed again.
    ///
    /// # Errors
    ///
    /// [`UnknownApp`] if there is none of that name.
    pub fn hold(&self, name: &str, held: Option<Held>) -> Result<(), UnknownApp> {
        let mut apps = self.shared.apps.borrow_mut();
        let entry = apps.iter_mut().find(|entry| &*entry.name == name);
        entry.ok_or(UnknownApp)?.held = held;
        Ok(())
    }

    /// Returns what is known of every installed app, in the order of their installation.
    pub fn apps(&self) -> Vec<AppInfo> {
        let now = self.shared.now();
        let apps = self.shared.apps.borrow();
        apps.iter().map(|entry| AppInfo::of(entry, now)).collect()
    }

    /// Returns what is known of an app.
    pub fn app(&self, name: &str) -> Option<AppInfo> {
        self.shared
            .apps
            .borrow()
            .iter()
            .find(|entry| &*entry.name == name)
            .map(|entry| AppInfo::of(entry, self.shared.now()))
    }

    /// Returns the image of an app.
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

/// What is told of a run that has ended.
struct Noted {
    state: State,
    restart_in: Option<Duration>,
    lost_messages: u32,
    image: Image,
    cause: Option<meter::RawCause>,
    /// The time that it may compute between two waits, in ms.
    exec_timeout_ms: u32,
}

impl Noted {
    /// Returns what brought a trap about. What the app did before counts only if it is what such a trap comes from.
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

    /// Tells the board what happened, and then whoever waits for a change.
    fn observe(&self, event: &Event<'_>) {
        self.board.modules().observe(event);
        self.board.observe(event);
        self.changes.note();
    }

    /// Lets the scheduler look again.
    fn wake(&self) {
        // A waker may run anything, so nothing is borrowed meanwhile.
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

    /// Checks that there is a place for an app of this name.
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
        // Who heard that the old one ended may have started or uninstalled anything.
        drop(self.put(entry));
        self.observe(&Event::Changed {
            name: &name,
            state: State::Installed,
        });
        name
    }

    /// Puts an entry in the place of the one of its name, or last, and returns the old one: a run that is dropped reaches
    /// the board, so that happens when nothing is borrowed.
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

    /// Takes an entry out; it is not dropped in here, as in [`Self::put`].
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

    /// Takes the future of a run that is to end, or notes that it is to end after the poll that it is in.
    fn take_to_stop(&self, index: usize) -> Option<(AppId, Rc<str>, Running)> {
        let mut apps = self.apps.borrow_mut();
        let entry = apps.get_mut(index)?;
        entry.due = None;
        entry.postponed = 0;
        let active = entry.active.as_mut()?;
        active.stop = true;
        Some((active.id, entry.name.clone(), active.future.take()?))
    }

    /// Tells everyone that a run is over; its future is gone, and so all that it held.
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

    /// Notes in its entry how a run ended, unless the app was uninstalled or replaced meanwhile.
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

    /// Returns what bounds restarts on this device.
    fn limits(&self) -> Limits {
        Limits {
            healthy_after: self.config.healthy_after,
            delay_min: self.config.restart_delay_min,
            delay_max: self.config.restart_delay_max,
        }
    }

    /// Returns to the home app when the one in the foreground has ended and no other was switched to.
    fn leave_foreground(&self, app: AppId, name: &str) {
        if self.foreground.get() == Some(app) {
            self.foreground.set(None);
            self.return_home(name);
        }
    }

    /// Brings the home app to the foreground after `name` left it, unless that is the home app, or another follows.
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
