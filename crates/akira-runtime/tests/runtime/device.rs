//! Test device with a few native calls. It records its calls and events.

use crate::Real;
use crate::clock::TestClock;
use akira_runtime::abi::caps::Capability;
use akira_runtime::abi::gpio::{GPIO_CONFIGURE, GPIO_READ, GPIO_WRITE};
use akira_runtime::abi::log::PRINTF_NATIVE;
use akira_runtime::abi::time::{DELAY, GET_TIME_MS, SLEEP_MS};
use akira_runtime::abi::{
    AppId, Clock, Errno, ImportModule, Instant, NativeCall, Param, sleep_until,
};
use akira_runtime::engine::{Engine, Scripted};
use akira_runtime::{
    Answer, Board, Call, Config, Event, Exit, InstallOptions, NativeModule, Runtime, lifecycle,
    memory, natives,
};
use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

/// Callback that a test runs during a native call.
type Hook = Rc<dyn Fn(AppId) -> i64>;

/// Callback that a test runs for each event of the device.
type Listener = Rc<dyn Fn(&str)>;

/// Resources that a device has released; filled when the device is dropped.
type Released = Rc<RefCell<Vec<(AppId, u32)>>>;

/// Board of the test device.
pub(crate) struct Device {
    modules: (Rc<State>, Lines, lifecycle::Module, memory::Module),
}

/// State of the device's native calls.
#[derive(Default)]
pub(crate) struct State {
    last_words: RefCell<Option<Released>>,
    pub(crate) clock: TestClock,
    pub(crate) fuel_per_ms: Cell<u64>,
    pub(crate) said: RefCell<Vec<String>>,
    pub(crate) events: RefCell<Vec<String>>,
    opened: RefCell<Vec<(AppId, u32)>>,
    pub(crate) released: RefCell<Vec<(AppId, u32)>>,
    pub(crate) abandoned: Cell<u32>,
    pub(crate) hook: RefCell<Option<Hook>>,
    /// Callback for each line of `events`.
    pub(crate) listener: RefCell<Option<Listener>>,
    /// Additional fuel that `get_time_ms` and `delay` charge.
    pub(crate) charge: Cell<u64>,
}

/// Second module. Its call is in no table of Akira.
pub(crate) struct Lines(Rc<State>);

/// Opens a line, as `gpio_configure` opens a pin.
pub(crate) static LINE_OPEN: NativeCall = NativeCall::new("line_open")
    .in_module(ImportModule::new(&"lines"))
    .takes(&[Param::u32("line")])
    .does("Opens `line`.");

impl Default for Device {
    fn default() -> Self {
        let state = Rc::<State>::default();
        let lines = Lines(state.clone());
        Self {
            modules: (state, lines, lifecycle::Module, memory::Module),
        }
    }
}

impl Deref for Device {
    type Target = State;

    fn deref(&self) -> &State {
        &self.modules.0
    }
}

impl State {
    /// Takes the lines that apps have printed since the last call.
    pub(crate) fn take_said(&self) -> Vec<String> {
        self.said.take()
    }

    /// Takes the events since the last call.
    pub(crate) fn take_events(&self) -> Vec<String> {
        self.events.take()
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    fn say(&self, call: &mut Call<'_>) -> Answer {
        let (app, text) = call.app_and_str(0)?;
        let line = format!("{}: {text}", app.name());
        self.said.borrow_mut().push(line);
        Ok(0)
    }

    fn open(&self, call: &mut Call<'_>, value: u32) -> Answer {
        let opened = |app| {
            self.opened.borrow_mut().push((app, value));
            Ok(value)
        };
        Ok(call.open(opened)? as i32)
    }

    fn close(&self, call: &mut Call<'_>) -> Answer {
        let closed = (call.app().id(), call.close(0)?);
        self.opened.borrow_mut().retain(|opened| *opened != closed);
        self.released.borrow_mut().push(closed);
        Ok(0)
    }

    /// Runs the test's hook.
    fn run_hook(&self, call: &mut Call<'_>) -> i64 {
        let hook = self.hook.borrow().clone();
        let id = call.app().id();
        call.charge(self.charge.get());
        hook.map_or(-1, |hook| hook(id))
    }
}

impl State {
    /// Moves the released resources to `to` when the device is dropped.
    pub(crate) fn tell_at_last(&self, to: &Released) {
        self.last_words.replace(Some(to.clone()));
    }
}

impl Drop for State {
    fn drop(&mut self) {
        if let Some(to) = self.last_words.take() {
            to.replace(self.released.take());
        }
    }
}

/// Counts a suspending call whose future is dropped before it returns.
struct Waiting<'a>(&'a State);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.abandoned.set(self.0.abandoned.get() + 1);
    }
}

impl NativeModule for State {
    natives! {
        immediate PRINTF_NATIVE => |device, call| device.say(call),
        immediate GPIO_CONFIGURE => |device, call| {
            let value = call.u32(0);
            device.open(call, value)
        },
        immediate GPIO_READ => |_, call| Ok(call.opened(0)? as i32),
        immediate GPIO_WRITE => |device, call| device.close(call),
        immediate64 GET_TIME_MS => |device, call| Ok(device.run_hook(call)),
        suspending DELAY => Self::delay,
        suspending SLEEP_MS => Self::sleep_for_ever,
    }

    fn release(&self, app: AppId) {
        let mut opened = self.opened.borrow_mut();
        let of_app = opened.extract_if(.., |(owner, _)| *owner == app);
        self.released.borrow_mut().extend(of_app);
    }

    fn observe(&self, event: &Event<'_>) {
        let line = match event {
            Event::Changed { name, state } => format!("{name} {}", state.name()),
            Event::Ended {
                name,
                exit,
                restart_in_ms,
                cause,
                ..
            } => {
                let cause = cause.map_or_else(String::new, |cause| format!(" {cause}"));
                format!("{name} ended: {exit}{cause}, restart {restart_in_ms:?}")
            }
            Event::Denied {
                name,
                call,
                denials,
                ..
            } => {
                format!("{name} denied {} {denials}", call.name)
            }
            Event::Foreground { name, .. } => format!("{name} in front"),
            Event::NotStarted { name, error } => format!("{name} not started: {error}"),
            _ => return,
        };
        let listener = self.listener.borrow().clone();
        if let Some(listener) = listener {
            listener(&line);
        }
        self.events.borrow_mut().push(line);
    }
}

impl State {
    async fn delay(&self, call: &mut Call<'_>) -> Answer {
        let end = self.clock.now() + Duration::from_micros(call.u32(0).into());
        sleep_until(&self.clock, end).await;
        call.charge(self.charge.get());
        Ok(0)
    }

    async fn sleep_for_ever(&self, _: &mut Call<'_>) -> Answer {
        let _waiting = Waiting(self);
        core::future::pending::<()>().await;
        Err(Errno::EIO.into())
    }
}

impl NativeModule for Lines {
    natives! {
        immediate LINE_OPEN => |lines, call| {
            let value = 1_000 + call.u32(0);
            lines.0.open(call, value)
        },
    }
}

impl Board for Device {
    type Modules = (Rc<State>, Lines, lifecycle::Module, memory::Module);

    fn modules(&self) -> &Self::Modules {
        &self.modules
    }

    fn clock(&self) -> &dyn Clock {
        &self.clock
    }

    fn consumed(&self, fuel: u64) {
        let us = fuel.saturating_mul(1_000) / self.fuel_per_ms.get().max(1);
        self.clock.advance(Duration::from_micros(us));
    }
}

/// Board with a single module, which is also its clock.
#[derive(Default)]
pub(crate) struct Only<M> {
    modules: (Rc<M>,),
}

impl<M> Only<M> {
    pub(crate) fn new(module: M) -> Self {
        Self {
            modules: (Rc::new(module),),
        }
    }
}

impl<M> Deref for Only<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.modules.0
    }
}

impl<M: NativeModule + Clock> Board for Only<M> {
    type Modules = (Rc<M>,);

    fn modules(&self) -> &Self::Modules {
        &self.modules
    }

    fn clock(&self) -> &dyn Clock {
        &*self.modules.0
    }
}

/// Creates a runtime on a new device whose clock runs at the configured speed.
pub(crate) fn runtime<E: Engine>(engine: E, config: Config) -> Runtime<Device, E> {
    let device = Device::default();
    device.fuel_per_ms.set(config.fuel_per_ms);
    Runtime::with_engine(Rc::new(device), engine, config)
}

pub(crate) fn real() -> Runtime<Device, Real> {
    runtime(Real, Config::default())
}

pub(crate) fn scripted() -> (Runtime<Device, Scripted>, Scripted) {
    let engine = Scripted::default();
    (runtime(engine.clone(), Config::default()), engine)
}

/// Assembles a guest from its text.
pub(crate) fn wasm(text: &str) -> Rc<[u8]> {
    wat::parse_str(text)
        .expect("the guest's text is right")
        .into()
}

/// Assembles a guest and adds an empty `main`.
pub(crate) fn with_entry(text: &str) -> Rc<[u8]> {
    let text = text.trim_end().strip_suffix(')');
    let text = text.expect("it is a module in parentheses");
    wasm(&format!(r#"{text} (func (export "main")))"#))
}

/// Installs an app with every capability.
pub(crate) fn install<E: Engine>(runtime: &Runtime<Device, E>, name: &str, image: Rc<[u8]>) {
    let options = InstallOptions::default()
        .with_name(name)
        .with_grant(akira_runtime::abi::caps::CapabilitySet::from_bits(u64::MAX));
    runtime
        .install(image, &options)
        .expect("the app is admitted");
}

/// Installs an app with only these capabilities.
pub(crate) fn install_with<E: Engine>(
    runtime: &Runtime<Device, E>,
    name: &str,
    image: Rc<[u8]>,
    capabilities: &[Capability],
) {
    let options = InstallOptions::default()
        .with_name(name)
        .with_grant(akira_runtime::abi::caps::CapabilitySet::of(capabilities));
    runtime
        .install(image, &options)
        .expect("the app is admitted");
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Runs the apps for a virtual time, or until no wake-up is due.
pub(crate) fn run_for<E: Engine>(runtime: &Runtime<Device, E>, time: Duration) {
    let end = runtime.board().now() + time;
    let flag = Arc::new(Flag(AtomicBool::new(false)));
    let waker = Waker::from(flag.clone());
    let mut cx = Context::from_waker(&waker);
    let mut running = pin!(runtime.run());
    loop {
        flag.0.store(false, Ordering::Relaxed);
        assert!(
            running.as_mut().poll(&mut cx).is_pending(),
            "`run` never ends"
        );
        let clock = &runtime.board().clock;
        clock.fire();
        if clock.now() >= end {
            return;
        }
        if !flag.0.load(Ordering::Relaxed) && !clock.jump(end) {
            return;
        }
    }
}

/// Starts an app, runs it to its end and returns its exit.
pub(crate) fn run_to_end<E: Engine>(runtime: &Runtime<Device, E>, name: &str) -> Exit {
    runtime.start(name).expect("the app starts");
    run_for(runtime, Duration::from_secs(60));
    exit_of(runtime, name).expect("the app has ended")
}

/// Returns the exit of an app's last run, or `None` while the app runs.
pub(crate) fn exit_of<E: Engine>(runtime: &Runtime<Device, E>, name: &str) -> Option<Exit> {
    let info = runtime.app(name).expect("the app is installed");
    info.exit.filter(|_| info.run.is_none())
}

/// Runs a guest with every capability to its end.
pub(crate) fn run_guest(text: &str) -> Exit {
    let runtime = real();
    install(&runtime, "guest", wasm(text));
    run_to_end(&runtime, "guest")
}
