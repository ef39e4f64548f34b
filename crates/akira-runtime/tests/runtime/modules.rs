//! Tests of a board as a list of modules: each module answers its own calls, gets the events of
//! apps, and runs in the background.

use crate::Real;
use crate::device::wasm;
use akira_runtime::abi::caps::CapabilitySet;
use akira_runtime::abi::time::{DELAY, GET_TIME_MS};
use akira_runtime::abi::{AppId, Clock, ImportModule, Instant, Mode, NativeCall, Param, ParamKind};
use akira_runtime::{
    Admission, Board, Config, Event, Exit, ImportStatus, InstallOptions, Native, NativeModule,
    Runtime, Trap, memory, natives,
};
use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// Row of a vendor's module, which is in no table of Akira.
static VALVE_SET: NativeCall = NativeCall::new("valve_set")
    .in_module(ImportModule::new(&"acme"))
    .takes(&[Param::u32("percent")])
    .does("Opens the valve, 0 to 100 percent.");

/// Vendor's module, which runs in the background.
#[derive(Default)]
struct Valve {
    percent: Cell<u32>,
    heard: RefCell<Vec<String>>,
    released: RefCell<Vec<AppId>>,
    worked: Cell<u32>,
}

impl NativeModule for Valve {
    natives! {
        immediate VALVE_SET => |valve, call| {
            valve.percent.set(call.u32(0));
            Ok(7)
        },
    }

    fn release(&self, app: AppId) {
        self.released.borrow_mut().push(app);
    }

    fn observe(&self, event: &Event<'_>) {
        if let Event::Ended { name, exit, .. } = event {
            self.heard.borrow_mut().push(format!("{name} {exit}"));
        }
    }

    async fn run(&self) -> Infallible {
        poll_fn(|_| {
            self.worked.set(self.worked.get() + 1);
            Poll::<()>::Pending
        })
        .await;
        pending().await
    }
}

/// Module that lists calls and answers none of them, which the macro `natives!` would prevent.
struct Forgetful;

impl NativeModule for Forgetful {
    const CALLS: &'static [Native<Self>] = &[
        Native::suspending(&DELAY),
        Native::immediate64(&GET_TIME_MS, |_, _| Ok(1)),
    ];
}

struct Device {
    modules: (memory::Module, Rc<Valve>, Forgetful),
}

impl Clock for Device {
    fn now(&self) -> Instant {
        Instant::START
    }

    fn wake_at(&self, _: Instant, _: &Waker) {}
}

impl Board for Device {
    type Modules = (memory::Module, Rc<Valve>, Forgetful);

    fn modules(&self) -> &Self::Modules {
        &self.modules
    }

    fn clock(&self) -> &dyn Clock {
        self
    }
}

fn guest(import: &str, arguments: &str) -> String {
    format!(
        r#"(module
            (import {import} (func $f (param i32) (result i32)))
            (memory (export "memory") 1)
            (func (export "main") (result i32) (call $f {arguments})))"#
    )
}

/// Runs a guest to its end on a device, and returns its exit and the device's valve.
fn run(text: &str) -> (Exit, Rc<Valve>) {
    let valve = Rc::<Valve>::default();
    let modules = (memory::Module, valve.clone(), Forgetful);
    let runtime = Runtime::with_engine(Rc::new(Device { modules }), Real, Config::default());
    let options = InstallOptions::default()
        .with_name("app")
        .with_grant(CapabilitySet::from_bits(u64::MAX));
    let image = wasm(text);
    runtime
        .install(image, &options)
        .expect("the app is admitted");
    runtime.start("app").expect("it starts");
    let mut cx = Context::from_waker(Waker::noop());
    let mut running = pin!(runtime.run());
    while runtime.app("app").is_some_and(|app| app.run.is_some()) {
        assert!(running.as_mut().poll(&mut cx).is_pending());
    }
    let exit = runtime.app("app").and_then(|app| app.exit);
    (exit.expect("the app has ended"), valve)
}

#[test]
fn a_vendors_call_is_found_and_its_module_hears_of_the_app() {
    let (exit, valve) = run(&guest(r#""acme" "valve_set""#, "(i32.const 40)"));
    assert_eq!((exit, valve.percent.get()), (Exit::Returned(7), 40));
    assert_eq!(valve.heard.take(), ["app returned 7"]);
    assert_eq!(valve.released.take().len(), 1, "given back once");
    assert!(valve.worked.get() > 0, "it works while apps run");
}

#[test]
fn a_call_that_is_listed_and_not_answered_is_a_fault_of_its_own() {
    let (exit, _) = run(&guest(r#""env" "delay""#, "(i32.const 1)"));
    assert_eq!(exit, Exit::Trapped(Trap::Unanswered));
}

#[test]
fn what_the_board_lacks_is_enosys_if_a_table_has_it_and_unknown_if_none() {
    let (exit, _) = run(&guest(r#""env" "timer_free""#, "(i32.const 1)"));
    assert_eq!(exit, Exit::Returned(-38));
    let (exit, _) = run(&guest(r#""acme" "valve_get""#, "(i32.const 1)"));
    assert_eq!(exit, Exit::Trapped(Trap::Unlinked));
}

#[test]
fn admission_tells_a_vendors_calls_from_unknown_ones() {
    let modules = (memory::Module, Rc::default(), Forgetful);
    let runtime = Runtime::with_engine(Rc::new(Device { modules }), Real, Config::default());
    let image = wasm(
        r#"(module
            (import "acme" "valve_set" (func (param i32) (result i32)))
            (import "acme" "valve_set" (func (param i64) (result i32)))
            (import "env" "timer_free" (func (param i32) (result i32)))
            (func (export "main")))"#,
    );
    let options = InstallOptions::default().with_name("app");
    let admission: Admission<'_> = runtime.inspect(&image, &options).expect("it is admitted");
    let imports = admission.imports::<Device>().expect("it has imports");
    let status: Vec<ImportStatus> = imports
        .map(|import| import.expect("well-formed").1)
        .collect();
    let expected = [
        ImportStatus::Offered,
        ImportStatus::Unknown,
        ImportStatus::Absent,
    ];
    assert_eq!(status, expected);
}

#[test]
fn calls_of_one_name_and_one_type_have_one_hash() {
    static OTHER: NativeCall = NativeCall::new("valve_set")
        .in_module(ImportModule::new(&"acme"))
        .takes(&[Param::str("text")])
        .suspending();
    static WIDE: NativeCall = NativeCall::new("valve_set")
        .in_module(ImportModule::new(&"acme"))
        .takes(&[Param::i64("percent")]);
    assert_eq!(OTHER.import_hash(), VALVE_SET.import_hash());
    assert_ne!(WIDE.import_hash(), VALVE_SET.import_hash());
    assert_eq!(
        (OTHER.mode, OTHER.params[0].kind),
        (Mode::Suspending, ParamKind::Str)
    );
}
