//! Tests of calls that do their work in parts, so that other apps run between the parts.

use crate::Real;
use crate::device::{Only, wasm};
use akira_runtime::abi::caps::CapabilitySet;
use akira_runtime::abi::log::PRINTF_NATIVE;
use akira_runtime::abi::settings::SETTINGS_DELETE;
use akira_runtime::abi::{Clock, Instant};
use akira_runtime::{
    Answer, Call, Config, Event, Exit, InstallOptions, NativeModule, Runtime, Trap, natives,
};
use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Waker};

/// Fuel that a part costs.
const PART: u64 = 1_000_000;

/// Device whose calls take `wanted` parts.
struct Parts {
    wanted: u32,
    made: Cell<u32>,
    ended: Cell<Option<Exit>>,
}

impl Parts {
    /// Does a part. The last part returns the number of parts before it.
    fn part(&self, call: &mut Call<'_>) -> Answer {
        let [done, ..] = call.progress();
        self.made.set(self.made.get() + 1);
        call.charge(PART);
        match done + 1 == self.wanted {
            true => Ok(done as i32),
            false => Err(call.set_progress([done + 1, 0, 0, 0])),
        }
    }
}

impl Clock for Parts {
    fn now(&self) -> Instant {
        Instant::START
    }

    fn wake_at(&self, _: Instant, waker: &Waker) {
        waker.wake_by_ref();
    }
}

impl NativeModule for Parts {
    natives! {
        immediate PRINTF_NATIVE => |parts, call| parts.part(call),
        suspending SETTINGS_DELETE => async |parts: &Self, call: &mut Call<'_>| parts.part(call),
    }

    fn observe(&self, event: &Event<'_>) {
        if let Event::Ended { exit, .. } = event {
            self.ended.set(Some(*exit));
        }
    }
}

/// Returns a guest that makes a call twice and returns the sum of the results.
fn guest(call: &str) -> String {
    format!(
        r#"(module
            (import "env" "{call}" (func $f (param i32) (result i32)))
            (memory (export "memory") 1)
            (func (export "main") (result i32)
                (i32.add (call $f (i32.const 16)) (call $f (i32.const 16)))))"#
    )
}

/// Runs a guest to its end and checks that each poll does one part of a call at most.
fn run(call: &str, wanted: u32) -> (Exit, u32) {
    let parts = Rc::new(Only::new(Parts {
        wanted,
        made: Cell::new(0),
        ended: Cell::new(None),
    }));
    let runtime = Runtime::with_engine(parts.clone(), Real, Config::default());
    let options = InstallOptions::default()
        .with_name("guest")
        .with_grant(CapabilitySet::from_bits(u64::MAX));
    let installed = runtime.install(wasm(&guest(call)), &options);
    installed.expect("the app is admitted");
    runtime.start("guest").expect("the app starts");
    let mut running = pin!(runtime.run());
    loop {
        let made = parts.made.get();
        let mut cx = Context::from_waker(Waker::noop());
        assert!(running.as_mut().poll(&mut cx).is_pending());
        // The first part of the second call runs in the same poll as the last part of the first
        // call.
        assert!(parts.made.get() <= made + 2, "more than a part in a turn");
        if let Some(exit) = parts.ended.get() {
            return (exit, parts.made.get());
        }
    }
}

#[test]
fn an_immediate_call_goes_on_where_it_was() {
    assert_eq!(run("printf_native", 4), (Exit::Returned(6), 8));
}

#[test]
fn so_does_a_suspending_one() {
    assert_eq!(run("settings_delete", 4), (Exit::Returned(6), 8));
}

#[test]
fn a_call_that_never_ends_uses_up_the_budget() {
    for call in ["printf_native", "settings_delete"] {
        let (exit, made) = run(call, u32::MAX);
        assert_eq!(exit, Exit::Trapped(Trap::OutOfCpu));
        assert!(made <= 55, "{made} parts of {call}");
    }
}
