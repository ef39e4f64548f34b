//! Starts that apps cause, by a crash or by a call, are limited in rate, alternate with other apps,
//! and are charged.

use crate::device::{Device, install, run_for, runtime, scripted};
use akira_runtime::abi::lifecycle::{APP_START, APP_STOP, APP_SWITCH};
use akira_runtime::abi::time::{DELAY, GET_TIME_MS};
use akira_runtime::engine::{Op, Script, Scripted};
use akira_runtime::{Config, Runtime, Trap};
use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Waker};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

/// App that ends as soon as it runs.
fn ends(manifest: &str, with: Op) -> Script {
    Script {
        manifest: String::from(manifest),
        ops: vec![with],
        ..Script::default()
    }
}

/// App that passes a name to each of `calls` every millisecond.
fn pesters(calls: &[&'static akira_runtime::abi::NativeCall], name: &str) -> Script {
    let mut ops = vec![Op::Store(16, [name.as_bytes(), &[0]].concat())];
    ops.extend((0..calls.len()).map(|index| Op::Call(index, vec![16])));
    ops.extend([Op::Call(calls.len(), vec![1_000]), Op::Repeat]);
    Script {
        imports: [calls, &[&DELAY]].concat(),
        pages: 1,
        ops,
        ..Script::default()
    }
}

/// Counts the starts of an app since the last call.
fn starts(runtime: &Runtime<Device, Scripted>, name: &str) -> usize {
    let line = format!("{name} RUNNING");
    let events = runtime.board().take_events();
    events.iter().filter(|event| **event == line).count()
}

#[test]
fn restarts_have_a_floor_and_a_rising_delay_whatever_the_manifest_says() {
    let (runtime, engine) = scripted();
    let manifest = r#"{"restart": {"enabled": true, "max_retries": 255, "delay_ms": 0}}"#;
    let crashing = ends(manifest, Op::Trap(Trap::Unreachable));
    install(&runtime, "app", engine.app(crashing).into());
    runtime.start("app").expect("it starts");
    run_for(&runtime, SECOND);
    assert_eq!(starts(&runtime, "app"), 4, "after 0, 100, 300 and 700 ms");
    run_for(&runtime, 999 * SECOND);
    assert_eq!(starts(&runtime, "app"), 21, "doubled up to a minute");
}

#[test]
fn a_crashing_app_makes_its_neighbours_no_later_than_one_that_spins() {
    let (runtime, engine) = scripted();
    let manifest = r#"{"restart": {"enabled": true, "max_retries": 255, "delay_ms": 0}}"#;
    for name in ["a", "b", "c"] {
        let crashing = ends(manifest, Op::Trap(Trap::Unreachable));
        install(&runtime, name, engine.app(crashing).into());
        runtime.start(name).expect("it starts");
    }
    let sleeper = Script {
        imports: vec![&GET_TIME_MS, &DELAY],
        ops: vec![Op::Call(0, vec![]), Op::Call(1, vec![10_000]), Op::Repeat],
        ..Script::default()
    };
    install(&runtime, "sleeper", engine.app(sleeper).into());
    runtime.start("sleeper").expect("it starts");
    let times: Rc<RefCell<Vec<u64>>> = Rc::default();
    let (noted, inner) = (times.clone(), runtime.clone());
    runtime.board().hook.replace(Some(Rc::new(move |_| {
        noted.borrow_mut().push(inner.board().now().as_micros());
        0
    })));
    run_for(&runtime, 10 * SECOND);
    runtime.board().hook.replace(None);
    let times = times.take();
    let late = times.windows(2).map(|pair| pair[1] - pair[0] - 10_000);
    assert!(times.len() > 900 && late.max() <= Some(4_100));
}

#[test]
fn an_app_that_ends_at_once_is_started_by_others_ten_times_a_second_at_most() {
    for end in [Op::Return(0), Op::Return(1)] {
        for calls in [
            &[&APP_START][..],
            &[&APP_START, &APP_STOP],
            &[&APP_STOP, &APP_START],
            &[&APP_SWITCH],
        ] {
            let (runtime, engine) = scripted();
            install(&runtime, "app", engine.app(ends("", end.clone())).into());
            install(&runtime, "peer", engine.app(pesters(calls, "app")).into());
            runtime.start("peer").expect("it starts");
            run_for(&runtime, 10 * SECOND);
            let starts = starts(&runtime, "app");
            assert!(starts <= 101, "{starts} starts");
        }
    }
}

#[test]
fn an_app_that_is_stopped_again_and_again_is_started_no_more_often() {
    let (runtime, engine) = scripted();
    let sleeps = pesters(&[], "");
    install(&runtime, "app", engine.app(sleeps).into());
    for (name, call) in [("one", &APP_START), ("other", &APP_STOP)] {
        let image = engine.app(pesters(&[call], "app"));
        install(&runtime, name, image.into());
        runtime.start(name).expect("it starts");
    }
    run_for(&runtime, 10 * SECOND);
    let starts = starts(&runtime, "app");
    assert!((1..=101).contains(&starts), "{starts} starts");
}

#[test]
fn a_crashing_app_that_others_start_comes_back_ever_later() {
    let (runtime, engine) = scripted();
    let crashing = ends("", Op::Trap(Trap::Unreachable));
    install(&runtime, "app", engine.app(crashing).into());
    let image = engine.app(pesters(&[&APP_START], "app"));
    install(&runtime, "peer", image.into());
    runtime.start("peer").expect("it starts");
    run_for(&runtime, 1_000 * SECOND);
    let counted = starts(&runtime, "app");
    assert!(counted <= 27, "{counted} starts");
    runtime.start("app").expect("the operator does not wait");
}

#[test]
fn two_apps_that_start_each_other_do_so_no_more_often() {
    let (runtime, engine) = scripted();
    for (name, other) in [("a", "b"), ("b", "a")] {
        let mut script = pesters(&[&APP_START], other);
        script.ops.truncate(2);
        install(&runtime, name, engine.app(script).into());
    }
    runtime.start("a").expect("it starts");
    run_for(&runtime, 10 * SECOND);
    let starts = starts(&runtime, "a");
    assert!((50..=101).contains(&starts), "{starts} starts");
}

#[test]
fn a_poll_starts_one_app_and_others_get_their_turn_between() {
    let (runtime, engine) = scripted();
    let spins = || Script {
        manifest: String::from(r#"{"autostart": true}"#),
        ops: vec![Op::Burn(40_000), Op::Repeat],
        ..Script::default()
    };
    for name in ["a", "b", "c", "d"] {
        install(&runtime, name, engine.app(spins()).into());
    }
    runtime.start("a").expect("it starts");
    runtime.board().take_events();
    runtime.autostart();
    let mut running = pin!(runtime.run());
    let fuel = || runtime.app("a").and_then(|app| app.run).map(|run| run.fuel);
    for _ in 0..3 {
        let mut cx = Context::from_waker(Waker::noop());
        assert!(running.as_mut().poll(&mut cx).is_pending());
        assert_eq!(runtime.board().take_events().len(), 1, "one was started");
        let before = runtime.board().now();
        assert!(running.as_mut().poll(&mut cx).is_pending());
        assert!(runtime.board().take_events().is_empty());
        assert!(runtime.board().now() > before, "one got a slice");
    }
    assert!(fuel().is_some());
}

#[test]
fn starts_of_an_app_count_for_its_share_of_the_cpu() {
    // A processor so slow that a start takes 200 ms.
    for (share, most) in [(1, 1), (10, 6), (25, 13), (100, 13)] {
        let engine = Scripted::default();
        let config = Config::default().with_speed(50, 10);
        let runtime = runtime(engine.clone(), config);
        let manifest = format!(r#"{{"resources": {{"cpu_share": {share}}}}}"#);
        let image = engine.app(ends(&manifest, Op::Return(0)));
        install(&runtime, "app", image.into());
        let image = engine.app(pesters(&[&APP_START], "app"));
        install(&runtime, "peer", image.into());
        runtime.start("peer").expect("it starts");
        run_for(&runtime, 10 * SECOND);
        let starts = starts(&runtime, "app");
        assert!((1..=most).contains(&starts), "{share} %: {starts} starts");
    }
}

#[test]
fn a_start_is_on_the_meter() {
    let (runtime, engine) = scripted();
    let image = engine.app(pesters(&[], ""));
    let bytes = image.len() as u64;
    install(&runtime, "app", image.into());
    runtime.start("app").expect("it starts");
    let run = runtime.app("app").and_then(|app| app.run);
    assert_eq!(run.map(|run| run.fuel), Some(10_000 + 20 * bytes));
}
