//! Tests of handles, and of the release of an app's resources.

use crate::device::{LINE_OPEN, install, run_for, run_to_end, scripted};
use akira_runtime::abi::gpio::{GPIO_CONFIGURE, GPIO_READ, GPIO_WRITE};
use akira_runtime::abi::time::SLEEP_MS;
use akira_runtime::engine::{Op, Script};
use akira_runtime::{Exit, Trap};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

const EBADF: i64 = -9;
const EMFILE: i64 = -24;

fn open(pin: u32) -> Op {
    Op::Call(0, vec![pin, 0])
}

/// Opens a resource of another module.
fn open_line(line: u32) -> Op {
    Op::Call(4, vec![line])
}

fn read(handle: u32) -> Op {
    Op::Call(1, vec![handle])
}

fn close(handle: u32) -> Op {
    Op::Call(2, vec![handle, 0])
}

fn script(ops: Vec<Op>) -> Script {
    Script {
        imports: vec![
            &GPIO_CONFIGURE,
            &GPIO_READ,
            &GPIO_WRITE,
            &SLEEP_MS,
            &LINE_OPEN,
        ],
        ops,
        ..Script::default()
    }
}

/// Runs the operations and returns the results of the calls and the released resources.
fn run(ops: Vec<Op>) -> (Vec<i64>, Vec<u32>) {
    let (runtime, engine) = scripted();
    install(&runtime, "app", engine.app(script(ops)).into());
    assert_eq!(run_to_end(&runtime, "app"), Exit::Returned(0));
    let results = engine
        .trace()
        .into_iter()
        .map(|record| record.result.expect("no call ends the app"));
    let released = runtime.board().released.take();
    (
        results.collect(),
        released.into_iter().map(|(_, value)| value).collect(),
    )
}

#[test]
fn handles_begin_at_0_and_lead_to_their_values() {
    let (results, released) = run(vec![open(40), open(41), read(0), read(1), close(0)]);
    assert_eq!(results, [0, 1, 40, 41, 0]);
    assert_eq!(released, [40, 41], "closed, then given back at the end");
}

#[test]
fn a_handle_is_bad_once_closed_though_its_slot_is_used_again() {
    let (results, released) = run(vec![
        open(40),
        close(0),
        read(0),
        close(0),
        open(41),
        read(0),
        read(256),
    ]);
    assert_eq!(results, [0, 0, EBADF, EBADF, 256, EBADF, 41]);
    assert_eq!(released, [40, 41]);
}

#[test]
fn a_handle_of_another_module_is_bad() {
    let (results, released) = run(vec![
        open_line(40),
        read(0),
        close(0),
        read(7),
        read(u32::MAX),
    ]);
    assert_eq!(results, [0, EBADF, EBADF, EBADF, EBADF]);
    assert_eq!(released, [1_040]);
}

#[test]
fn one_handle_too_many_is_emfile_and_nothing_is_made_for_it() {
    let ops = (0..33).map(open).collect();
    let (results, released) = run(ops);
    assert_eq!(results[31..], [31, EMFILE]);
    assert_eq!(released, (0..32).collect::<Vec<u32>>());
}

#[test]
fn however_an_app_ends_each_thing_that_it_holds_is_given_back_once() {
    let ends = [
        vec![Op::Return(0)],
        vec![Op::Trap(Trap::Unreachable)],
        vec![Op::Call(3, vec![1])],
    ];
    for end in ends {
        let (runtime, engine) = scripted();
        let ops = [vec![open(1), open_line(2), open(3)], end.clone()].concat();
        install(&runtime, "app", engine.app(script(ops)).into());
        let id = runtime.start("app").expect("it starts");
        run_for(&runtime, Duration::from_millis(10));
        runtime.stop("app").expect("it is installed");
        let released = runtime.board().released.take();
        assert_eq!(released, [(id, 1), (id, 1_002), (id, 3)], "{end:?}");
    }
}

#[test]
fn a_runtime_that_is_dropped_gives_everything_back() {
    let (runtime, engine) = scripted();
    install(
        &runtime,
        "app",
        engine
            .app(script(vec![open(5), Op::Call(3, vec![1])]))
            .into(),
    );
    let id = runtime.start("app").expect("it starts");
    run_for(&runtime, Duration::from_millis(10));
    let seen = Rc::new(RefCell::new(Vec::new()));
    runtime.board().tell_at_last(&seen);
    drop(runtime);
    assert_eq!(seen.take(), [(id, 5)]);
}
