//! Tests of the scheduler on a clock that counts fuel. A slice is 4 ms of fuel.

use crate::device::{Device, exit_of, install, real, run_for, run_guest, runtime, scripted, wasm};
use akira_runtime::abi::time::{DELAY, GET_TIME_MS};
use akira_runtime::engine::{Engine, Op, Script, Scripted};
use akira_runtime::{Config, Exit, Runtime, Trap};
use std::cell::RefCell;
use std::fmt::Write;
use std::rc::Rc;
use std::time::Duration;

fn spinner(manifest: &str) -> Script {
    Script {
        ops: vec![Op::Burn(1_000_000), Op::Repeat],
        manifest: String::from(manifest),
        ..Script::default()
    }
}

fn endless() -> Script {
    spinner(r#"{"exec_timeout_ms": 4000000}"#)
}

/// App that repeatedly records the time through the hook and sleeps.
fn sleeper(us: u32) -> Script {
    Script {
        imports: vec![&GET_TIME_MS, &DELAY],
        ops: vec![Op::Call(0, vec![]), Op::Call(1, vec![us]), Op::Repeat],
        ..Script::default()
    }
}

fn fuel_of<E: Engine>(runtime: &Runtime<Device, E>, name: &str) -> u64 {
    let info = runtime.app(name).expect("the app is installed");
    info.run.expect("the app runs").fuel
}

/// Makes the hook record the times of its calls, in microseconds.
fn note_times<E: Engine>(runtime: &Runtime<Device, E>) -> Rc<RefCell<Vec<u64>>> {
    let times: Rc<RefCell<Vec<u64>>> = Rc::default();
    let (noted, inner) = (times.clone(), runtime.clone());
    runtime.board().hook.replace(Some(Rc::new(move |_| {
        noted.borrow_mut().push(inner.board().now().as_micros());
        0
    })));
    times
}

/// App that repeatedly sleeps for a moment and computes for longer than a slice.
fn waker() -> Script {
    Script {
        imports: vec![&DELAY],
        ops: vec![Op::Call(0, vec![1_000]), Op::Burn(60_000), Op::Repeat],
        ..endless()
    }
}

/// Runs a sleeper, installed before or after the others, and returns its maximum delay, in
/// microseconds.
fn latest(others: &[Script], sleeper_is_first: bool) -> Option<u64> {
    let (runtime, engine) = scripted();
    let install_sleeper = || {
        install(&runtime, "sleeper", engine.app(sleeper(10_000)).into());
        runtime.start("sleeper").expect("it starts");
    };
    if sleeper_is_first {
        install_sleeper();
    }
    for (index, other) in others.iter().enumerate() {
        let name = format!("other{index}");
        install(&runtime, &name, engine.app(other.clone()).into());
        runtime.start(&name).expect("it starts");
    }
    if !sleeper_is_first {
        install_sleeper();
    }
    let times = note_times(&runtime);
    run_for(&runtime, Duration::from_secs(2));
    runtime.board().hook.replace(None);
    let times = times.take();
    assert!(times.len() > 140, "{} wakes", times.len());
    let late = times.windows(2).map(|pair| pair[1] - pair[0] - 10_000);
    late.max()
}

#[test]
fn an_app_that_sleeps_is_late_by_a_slice_at_most_whatever_spins() {
    for spinners in [0, 1, 3, 6] {
        let late = latest(&vec![endless(); spinners], true);
        assert!(late <= Some(4_010), "{spinners} spinners: {late:?} us late");
    }
}

#[test]
fn an_app_that_wakes_to_compute_gets_one_slice_and_not_another_right_after() {
    for is_first in [true, false] {
        let late = latest(&[waker()], is_first);
        // A slice, plus the cost of one call of the other app.
        assert!(late <= Some(4_100), "first {is_first}: {late:?} us late");
    }
}

#[test]
fn real_spinners_make_a_sleeper_no_later() {
    let runtime = real();
    let sleeper = r#"(module (import "akira_time" "get_time_ms" (func $now (result i64)))
        (import "env" "delay" (func $delay (param i32) (result i32)))
        (func (export "main") (result i32)
            (loop (drop (call $now)) (drop (call $delay (i32.const 10000))) (br 0)) (i32.const 0)))"#;
    let spinner = r#"(module (@custom ".akira.manifest" "{\"exec_timeout_ms\": 4000000}")
        (func (export "main") (loop (br 0))))"#;
    for (name, guest) in [
        ("sleeper", sleeper),
        ("a", spinner),
        ("b", spinner),
        ("c", spinner),
    ] {
        install(&runtime, name, wasm(guest));
        runtime.start(name).expect("it starts");
    }
    let times = note_times(&runtime);
    run_for(&runtime, Duration::from_secs(1));
    runtime.board().hook.replace(None);
    let late = times
        .take()
        .windows(2)
        .map(|pair| pair[1] - pair[0] - 10_000)
        .max();
    assert!(late <= Some(4_100), "{late:?} us late");
}

#[test]
fn spinners_share_the_cpu_alike_whoever_sleeps_beside_them() {
    let (runtime, engine) = scripted();
    let apps = [
        ("sleeper", sleeper(10_000)),
        ("a", endless()),
        ("b", endless()),
        ("c", endless()),
    ];
    for (name, script) in apps {
        install(&runtime, name, engine.app(script).into());
        runtime.start(name).expect("it starts");
    }
    run_for(&runtime, Duration::from_secs(3));
    let fuel = ["a", "b", "c"].map(|name| fuel_of(&runtime, name));
    let (least, most) = (fuel.iter().min(), fuel.iter().max());
    assert!(
        most <= least.map(|least| least + 80_000).as_ref(),
        "{fuel:?}"
    );
}

#[test]
fn a_spinner_is_ended_when_its_time_between_two_waits_is_over() {
    let (runtime, engine) = scripted();
    install(
        &runtime,
        "app",
        engine.app(spinner(r#"{"exec_timeout_ms": 100}"#)).into(),
    );
    runtime.start("app").expect("it starts");
    run_for(&runtime, Duration::from_millis(98));
    assert_eq!(exit_of(&runtime, "app"), None);
    run_for(&runtime, Duration::from_millis(10));
    assert_eq!(
        exit_of(&runtime, "app"),
        Some(Exit::Trapped(Trap::OutOfCpu))
    );
}

#[test]
fn waiting_begins_the_time_anew() {
    let (runtime, engine) = scripted();
    let script = Script {
        manifest: String::from(r#"{"exec_timeout_ms": 100}"#),
        imports: vec![&DELAY],
        ops: vec![Op::Burn(900_000), Op::Call(0, vec![1_000]), Op::Repeat],
        ..Script::default()
    };
    install(&runtime, "app", engine.app(script).into());
    runtime.start("app").expect("it starts");
    run_for(&runtime, Duration::from_secs(5));
    assert_eq!(exit_of(&runtime, "app"), None);
}

#[test]
fn a_share_of_the_cpu_is_kept_with_and_without_others() {
    let manifest = r#"{"exec_timeout_ms": 4000000, "resources": {"cpu_share": 25}}"#;
    for others in [0, 1] {
        let (runtime, engine) = scripted();
        install(&runtime, "quarter", engine.app(spinner(manifest)).into());
        runtime.start("quarter").expect("it starts");
        for _ in 0..others {
            install(&runtime, "other", engine.app(endless()).into());
            runtime.start("other").expect("it starts");
        }
        run_for(&runtime, Duration::from_secs(10));
        let percent = fuel_of(&runtime, "quarter") / 1_000_000;
        assert!((20..=26).contains(&percent), "{percent} % beside {others}");
    }
}

#[test]
fn an_app_that_waits_a_moment_now_and_then_has_no_more_than_its_share() {
    let (runtime, engine) = scripted();
    let script = Script {
        manifest: String::from(r#"{"resources": {"cpu_share": 25}}"#),
        imports: vec![&DELAY],
        ops: vec![Op::Burn(39_000), Op::Call(0, vec![1]), Op::Repeat],
        ..Script::default()
    };
    install(&runtime, "sly", engine.app(script).into());
    runtime.start("sly").expect("it starts");
    run_for(&runtime, Duration::from_secs(10));
    let percent = fuel_of(&runtime, "sly") / 1_000_000;
    assert!((20..=26).contains(&percent), "{percent} %");
}

#[test]
fn the_devices_limit_of_the_cpu_holds_for_an_app_that_asks_for_no_share() {
    let mut config = Config::default();
    config.policy.limits.cpu_share = 25;
    let engine = Scripted::default();
    let runtime = runtime(engine.clone(), config);
    install(&runtime, "silent", engine.app(endless()).into());
    runtime.start("silent").expect("it starts");
    run_for(&runtime, Duration::from_secs(10));
    let percent = fuel_of(&runtime, "silent") / 1_000_000;
    assert!((20..=26).contains(&percent), "{percent} %");
}

#[test]
fn what_a_call_costs_that_waits_counts_to_the_share() {
    let (runtime, engine) = scripted();
    runtime.board().charge.set(39_000);
    let script = Script {
        manifest: String::from(r#"{"resources": {"cpu_share": 25}}"#),
        imports: vec![&DELAY],
        ops: vec![Op::Call(0, vec![1]), Op::Repeat],
        ..Script::default()
    };
    install(&runtime, "sly", engine.app(script).into());
    runtime.start("sly").expect("it starts");
    run_for(&runtime, Duration::from_secs(10));
    let percent = fuel_of(&runtime, "sly") / 1_000_000;
    assert!((20..=26).contains(&percent), "{percent} %");
}

#[test]
fn host_work_is_paid_for_though_it_costs_more_than_a_slice() {
    let runtime = real();
    // 100 calls of 100 ms each.
    runtime.board().charge.set(1_000_000);
    let guest = r#"(module (import "akira_time" "get_time_ms" (func $work (result i64)))
        (@custom ".akira.manifest" "{\"exec_timeout_ms\": 4000000}")
        (func (export "main") (result i32) (local $left i32)
            (local.set $left (i32.const 100))
            (loop $again
                (drop (call $work))
                (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                (br_if $again (local.get $left)))
            (i32.const 0)))"#;
    install(&runtime, "app", wasm(guest));
    runtime.start("app").expect("it starts");
    run_for(&runtime, Duration::from_millis(9_900));
    assert_eq!(exit_of(&runtime, "app"), None);
    run_for(&runtime, Duration::from_millis(200));
    assert_eq!(exit_of(&runtime, "app"), Some(Exit::Returned(0)));
}

#[test]
fn a_large_function_starts_late_in_a_slice_and_ends_well() {
    let mut guest = String::from("(module (global $g (mut i32) (i32.const 0)) (func $large");
    for value in 0..10_000 {
        write!(guest, "(global.set $g (i32.const {value}))").expect("a string takes all");
    }
    guest += r#") (func (export "main") (result i32) (local $left i32)
        (local.set $left (i32.const 9990))
        (loop $again
            (local.set $left (i32.sub (local.get $left) (i32.const 1)))
            (br_if $again (local.get $left)))
        (call $large) (global.get $g)))"#;
    assert_eq!(run_guest(&guest), Exit::Returned(9_999));
}

#[test]
fn a_slice_full_of_calls_has_no_more_of_them_than_the_host_can_make_in_its_time() {
    let runtime = real();
    let image = wasm(
        r#"(module
            (import "akira_time" "get_time_ms" (func $time (result i64)))
            (memory (export "memory") 1 1)
            (func (export "main") (result i32)
                (loop $again (drop (call $time)) (br $again))
                (unreachable)))"#,
    );
    install(&runtime, "caller", image);
    runtime.start("caller").expect("it starts");
    let calls = Rc::new(RefCell::new(0));
    let counted = calls.clone();
    let hook = move |_| {
        *counted.borrow_mut() += 1;
        0
    };
    runtime.board().hook.replace(Some(Rc::new(hook)));
    run_for(&runtime, Duration::from_millis(100));
    runtime.board().hook.replace(None);
    let each = fuel_of(&runtime, "caller") / calls.take();
    assert!(each >= 20, "a call costs {each} units of fuel");
}
