//! Device with a log, a fake clock and a command line.

use crate::clock::TestClock;
use crate::link::{Link, Step};
use akira_runtime::abi::caps::{Capability, CapabilitySet};
use akira_runtime::abi::gpio::GPIO_WRITE;
use akira_runtime::abi::log::PRINTF_NATIVE;
use akira_runtime::abi::time::{DELAY, GET_TIME_MS};
use akira_runtime::abi::{Clock, Instant, sleep_until};
use akira_runtime::engine::{Engine, Op, Script, Scripted, Wasmi};
use akira_runtime::{
    Answer, Board, Call, Config, InstallOptions, NativeModule, RamInstaller, Runtime, natives,
};
use akira_shell::{Error, LogLine, LogSource, Shell};
use embassy_futures::select::{Either, select};
use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::ops::Deref;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// Line in the log.
pub(crate) struct Logged {
    pub(crate) time: Instant,
    pub(crate) app: String,
    pub(crate) text: String,
    pub(crate) dropped: u32,
}

/// Board of the device.
#[derive(Default)]
pub(crate) struct Device {
    modules: (State,),
}

impl Deref for Device {
    type Target = State;

    fn deref(&self) -> &State {
        &self.modules.0
    }
}

/// State of the device's native calls.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) clock: TestClock,
    pub(crate) log: RefCell<Vec<Logged>>,
    /// Number of lines that are no longer in the log.
    pub(crate) lost: Cell<usize>,
}

impl State {
    pub(crate) fn note(&self, app: &str, text: &str, dropped: u32) {
        self.log.borrow_mut().push(Logged {
            time: self.clock.now(),
            app: app.to_owned(),
            text: text.to_owned(),
            dropped,
        });
    }
}

impl LogSource for Device {
    fn line(&self, number: u64, show: &mut dyn FnMut(&LogLine<'_>)) {
        let index = usize::try_from(number).expect("a small number");
        let index = index.max(self.lost.get());
        let log = self.log.borrow();
        let Some(line) = log.get(index) else { return };
        show(&LogLine {
            number: index as u64,
            time: line.time,
            app: &line.app,
            level: "info",
            text: &line.text,
            dropped: line.dropped,
        });
    }
}

impl NativeModule for State {
    natives! {
        immediate PRINTF_NATIVE => |device, call| {
            let (app, text) = call.app_and_str(0)?;
            device.note(app.name(), text, 0);
            Ok(0)
        },
        immediate GPIO_WRITE => |_, _| Ok(0),
        immediate64 GET_TIME_MS => |device, _| Ok(device.clock.now().as_millis() as i64),
        suspending DELAY => Self::delay,
    }
}

impl State {
    async fn delay(&self, call: &mut Call<'_>) -> Answer {
        let end = self.clock.now() + Duration::from_micros(call.u32(0).into());
        sleep_until(&self.clock, end).await;
        Ok(0)
    }
}

impl Board for Device {
    type Modules = (State,);

    fn modules(&self) -> &Self::Modules {
        &self.modules
    }

    fn clock(&self) -> &dyn Clock {
        &self.clock
    }
}

pub(crate) fn wasmi() -> Runtime<Device, Wasmi> {
    Runtime::with_engine(Rc::default(), Wasmi, Config::default())
}

pub(crate) fn scripted(config: Config) -> (Runtime<Device, Scripted>, Scripted) {
    let engine = Scripted::default();
    let runtime = Runtime::with_engine(Rc::default(), engine.clone(), config);
    (runtime, engine)
}

/// App that waits in an endless loop.
pub(crate) fn sleeper(manifest: &str) -> Script {
    Script {
        manifest: manifest.to_owned(),
        imports: vec![&DELAY],
        pages: 1,
        ops: vec![Op::Call(0, vec![1_000_000]), Op::Repeat],
    }
}

/// App that waits once and ends.
pub(crate) fn naps(us: u32) -> Script {
    Script {
        imports: vec![&DELAY],
        pages: 1,
        ops: vec![Op::Call(0, vec![us])],
        ..Script::default()
    }
}

/// Installs an app and grants every capability that it asks for except `GpioWrite`, which the
/// operator denies.
pub(crate) fn install<E: Engine>(runtime: &Runtime<Device, E>, name: &str, image: Vec<u8>) {
    let options = InstallOptions::default()
        .with_name(name)
        .with_deny(CapabilitySet::of(&[Capability::GpioWrite]));
    let image: Rc<[u8]> = image.into();
    runtime
        .install(image, &options)
        .expect("the app is admitted");
}

/// Runs the steps on one link while the apps run, and returns the output.
pub(crate) fn serve<E: Engine>(
    runtime: &Runtime<Device, E>,
    shell: &mut Shell<'_, RamInstaller<Device, E>>,
    steps: Vec<Step>,
) -> Vec<u8> {
    let (end, output) = serve_to(runtime, shell, steps);
    assert_eq!(end, Error::<Infallible>::Closed);
    output
}

/// Runs the steps on one link while the apps run. Returns the error that ended the session, and the
/// output.
pub(crate) fn serve_to<E: Engine>(
    runtime: &Runtime<Device, E>,
    shell: &mut Shell<'_, RamInstaller<Device, E>>,
    steps: Vec<Step>,
) -> (Error<Infallible>, Vec<u8>) {
    let mut link = Link::new(runtime.clone(), steps);
    let error = drive(runtime.board(), async {
        match select(shell.run(&mut link), runtime.run()).await {
            Either::First(Err(error)) => error,
            Either::First(Ok(never)) | Either::Second(never) => match never {},
        }
    });
    (error, link.take_output())
}

/// Runs a session without echo and prompt, and returns the answers.
pub(crate) fn ask<E: Engine>(
    runtime: &Runtime<Device, E>,
    shell: &mut Shell<'_, RamInstaller<Device, E>>,
    mut steps: Vec<Step>,
) -> String {
    steps.insert(0, Step::text("echo off\rprompt off\r"));
    let text = text(&serve(runtime, shell, steps));
    let answers = text.strip_prefix("akira> echo off\nok\nakira> ok\n");
    answers.expect("the session begins as always").to_owned()
}

/// Returns output as text with LF line endings.
pub(crate) fn text(output: &[u8]) -> String {
    let text = std::str::from_utf8(output).expect("output is UTF-8");
    text.replace("\r\n", "\n")
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Polls a future until it completes. When it waits, time jumps to the next wake.
pub(crate) fn drive<T>(device: &Device, future: impl Future<Output = T>) -> T {
    let flag = Arc::new(Flag(AtomicBool::new(false)));
    let waker = Waker::from(flag.clone());
    let mut cx = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        flag.0.store(false, Ordering::Relaxed);
        if let Poll::Ready(done) = future.as_mut().poll(&mut cx) {
            return done;
        }
        device.clock.fire();
        let awake = flag.0.load(Ordering::Relaxed) || device.clock.jump(Instant::NEVER);
        assert!(awake, "the session waits for nothing");
    }
}
