//! Tests of suspending calls under several executors.

use crate::Real;
use crate::device::{Device, Only, exit_of, install, real, run_for, scripted, wasm};
use akira_runtime::abi::time::{DELAY, SLEEP_MS};
use akira_runtime::abi::{Clock, Instant};
use akira_runtime::engine::{Engine, Op, Script};
use akira_runtime::{
    Answer, Call, Config, Event, Exit, InstallOptions, NativeModule, Runtime, State, natives,
};
use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

/// Sums the results of ten delays.
const TEN_DELAYS: &str = r#"(module
    (import "env" "delay" (func $delay (param i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "main") (result i32) (local $left i32) (local $sum i32)
        (local.set $left (i32.const 10))
        (loop $again
            (local.set $sum (i32.add (local.get $sum) (call $delay (i32.const 1000))))
            (local.set $left (i32.sub (local.get $left) (i32.const 1)))
            (br_if $again (local.get $left)))
        (local.get $sum)))"#;

/// Device whose delays take one more poll, independent of time: no clock is needed.
#[derive(Default)]
struct Yielding {
    ended: Cell<Option<Exit>>,
    waker: Cell<Option<Waker>>,
}

impl Clock for Yielding {
    fn now(&self) -> Instant {
        Instant::START
    }

    fn wake_at(&self, _: Instant, waker: &Waker) {
        waker.wake_by_ref();
    }
}

impl NativeModule for Yielding {
    natives! {
        suspending DELAY => Self::delay,
    }

    fn observe(&self, event: &Event<'_>) {
        if let Event::Ended { exit, .. } = event {
            self.ended.set(Some(*exit));
            if let Some(waker) = self.waker.take() {
                waker.wake();
            }
        }
    }
}

impl Yielding {
    async fn delay(&self, _: &mut Call<'_>) -> Answer {
        embassy_futures::yield_now().await;
        Ok(3)
    }
}

/// Waits for the end of an app.
async fn ended(device: &Yielding) -> Exit {
    poll_fn(|cx| match device.ended.get() {
        Some(exit) => Poll::Ready(exit),
        None => {
            device.waker.set(Some(cx.waker().clone()));
            Poll::Pending
        }
    })
    .await
}

/// Runs a guest of ten delays and returns its exit.
async fn ten_delays() -> Exit {
    let runtime = Runtime::with_engine(
        Rc::new(Only::<Yielding>::default()),
        Real,
        Config::default(),
    );
    let options = InstallOptions::default().with_name("app");
    runtime
        .install(wasm(TEN_DELAYS), &options)
        .expect("it is admitted");
    runtime.start("app").expect("it starts");
    match embassy_futures::select::select(runtime.run(), ended(runtime.board())).await {
        embassy_futures::select::Either::First(never) => match never {},
        embassy_futures::select::Either::Second(exit) => exit,
    }
}

#[test]
fn the_same_runs_under_a_bare_block_on() {
    assert_eq!(embassy_futures::block_on(ten_delays()), Exit::Returned(30));
}

#[test]
fn the_same_runs_under_tokio_on_one_thread() {
    let tokio = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("tokio starts");
    assert_eq!(tokio.block_on(ten_delays()), Exit::Returned(30));
}

#[test]
fn delays_take_their_time_and_no_fuel() {
    let runtime = real();
    install(&runtime, "app", wasm(TEN_DELAYS));
    runtime.start("app").expect("it starts");
    run_for(&runtime, Duration::from_millis(9));
    assert_eq!(exit_of(&runtime, "app"), None);
    run_for(&runtime, Duration::from_millis(2));
    assert_eq!(exit_of(&runtime, "app"), Some(Exit::Returned(0)));
}

fn waits_for_ever() -> Script {
    Script {
        imports: vec![&SLEEP_MS],
        ops: vec![Op::Call(0, vec![1]), Op::Return(1)],
        ..Script::default()
    }
}

#[test]
fn a_call_under_way_is_dropped_when_its_app_is_stopped() {
    let (runtime, engine) = scripted();
    install(&runtime, "app", engine.app(waits_for_ever()).into());
    runtime.start("app").expect("it starts");
    run_for(&runtime, Duration::from_millis(10));
    assert_eq!(runtime.board().abandoned.get(), 0);
    runtime.stop("app").expect("it is installed");
    assert_eq!(runtime.board().abandoned.get(), 1);
}

#[test]
fn a_runtime_that_is_not_polled_keeps_its_apps_where_they_are() {
    let (runtime, engine) = scripted();
    install(&runtime, "app", engine.app(waits_for_ever()).into());
    runtime.start("app").expect("it starts");
    for _ in 0..5 {
        // Each call creates a new future of `run` and drops it.
        run_for(&runtime, Duration::from_millis(10));
    }
    assert_eq!(runtime.board().abandoned.get(), 0);
    assert_eq!(
        runtime.app("app").map(|app| app.state),
        Some(State::Running)
    );
}

fn is_running<E: Engine>(runtime: &Runtime<Device, E>) -> bool {
    runtime.app("app").is_some_and(|app| app.run.is_some())
}

#[test]
fn an_app_can_be_dropped_at_each_of_its_awaits() {
    for polls in 0..12 {
        let runtime = real();
        install(&runtime, "app", wasm(TEN_DELAYS));
        runtime.start("app").expect("it starts");
        for _ in 0..polls {
            run_for(&runtime, Duration::from_millis(1));
        }
        runtime.stop("app").expect("it is installed");
        assert!(!is_running(&runtime));
        run_for(&runtime, Duration::from_millis(20));
        assert!(!is_running(&runtime));
    }
}
