//! Tests of apps that control other apps, through the native module `lifecycle`.

use crate::device::{
    Device, exit_of, install, install_with, real, run_for, run_guest, runtime, scripted, wasm,
    with_entry,
};
use akira_runtime::abi::caps::{AppName, Capability};
use akira_runtime::abi::lifecycle::{APP_START, APP_STOP, APP_SWITCH};
use akira_runtime::abi::time::DELAY;
use akira_runtime::engine::{Op, Script, Scripted};
use akira_runtime::{Config, Exit, Runtime, StartError, State};
use std::time::Duration;

/// Returns an app that stores `name` in its memory, passes it to each of `calls` in order, and then
/// sleeps for `us`.
fn asks(calls: &[&'static akira_runtime::abi::NativeCall], name: &str, us: u32) -> Script {
    let mut ops = vec![Op::Store(16, [name.as_bytes(), &[0]].concat())];
    ops.extend((0..calls.len()).map(|index| Op::Call(index, vec![16])));
    ops.push(Op::Call(calls.len(), vec![us]));
    Script {
        imports: [calls, &[&DELAY]].concat(),
        pages: 1,
        ops,
        ..Script::default()
    }
}

fn sleeps() -> Script {
    Script {
        imports: vec![&DELAY],
        ops: vec![Op::Call(0, vec![1_000]), Op::Repeat],
        ..Script::default()
    }
}

fn state(runtime: &Runtime<Device, Scripted>, name: &str) -> Option<State> {
    runtime.app(name).map(|app| app.state)
}

#[test]
fn an_app_starts_and_stops_another() {
    let (runtime, engine) = scripted();
    install(&runtime, "other", engine.app(sleeps()).into());
    install(
        &runtime,
        "starter",
        engine.app(asks(&[&APP_START], "other", 0)).into(),
    );
    install(
        &runtime,
        "stopper",
        engine.app(asks(&[&APP_STOP], "other", 0)).into(),
    );
    runtime.start("starter").expect("it starts");
    run_for(&runtime, Duration::from_millis(50));
    assert_eq!(state(&runtime, "other"), Some(State::Running));
    runtime.start("stopper").expect("it starts");
    run_for(&runtime, Duration::from_millis(50));
    assert_eq!(exit_of(&runtime, "other"), Some(Exit::Stopped));
    assert!(engine.trace().iter().all(|record| record.result != Ok(-1)));
}

#[test]
fn lifecycle_calls_answer_with_errnos() {
    let cases = [
        (&APP_STOP, "self", -22),
        (&APP_SWITCH, "self", -22),
        (&APP_START, "nobody", -2),
        (&APP_STOP, "nobody", -2),
        (&APP_SWITCH, "nobody", -2),
    ];
    for (call, name, errno) in cases {
        let (runtime, engine) = scripted();
        install(&runtime, "self", engine.app(asks(&[call], name, 0)).into());
        runtime.start("self").expect("it starts");
        run_for(&runtime, Duration::from_millis(50));
        assert_eq!(
            engine.trace().first().map(|record| record.result),
            Some(Ok(errno)),
            "{} {name}",
            call.name
        );
    }
}

#[test]
fn a_full_device_answers_ebusy_to_app_start() {
    let engine = Scripted::default();
    let mut config = Config::default();
    config.running_max = 1;
    let runtime = runtime(engine.clone(), config);
    install(&runtime, "other", engine.app(sleeps()).into());
    install(
        &runtime,
        "self",
        engine.app(asks(&[&APP_START], "other", 0)).into(),
    );
    runtime.start("self").expect("it starts");
    run_for(&runtime, Duration::from_millis(50));
    assert_eq!(engine.trace()[0].result, Ok(-16));
}

#[test]
fn a_running_app_answers_ebusy_to_app_start() {
    let (runtime, engine) = scripted();
    install(&runtime, "other", engine.app(sleeps()).into());
    install(
        &runtime,
        "self",
        engine.app(asks(&[&APP_START], "other", 0)).into(),
    );
    runtime.start("other").expect("it starts");
    runtime.start("self").expect("it starts");
    run_for(&runtime, Duration::from_millis(50));
    let own = engine.trace().into_iter().find(|record| record.script == 1);
    assert_eq!(own.map(|record| record.result), Some(Ok(-16)));
}

fn with_home() -> (Runtime<Device, Scripted>, Scripted) {
    let engine = Scripted::default();
    let mut config = Config::default();
    config.home = AppName::new("home");
    (runtime(engine.clone(), config), engine)
}

#[test]
fn an_app_that_draws_is_opened_in_front_and_any_other_beside() {
    let (runtime, engine) = with_home();
    let manifests = [
        ("game", r#"{"capabilities": ["display.write"]}"#),
        ("tool", r#"{"capabilities": ["sensor.read"]}"#),
    ];
    for (name, manifest) in manifests {
        let manifest = manifest.to_owned();
        let script = Script {
            manifest,
            ..sleeps()
        };
        install_with(&runtime, name, engine.app(script).into(), &[]);
        runtime.open(name).expect("it starts");
    }
    let events = runtime.board().take_events();
    assert!(
        events.contains(&String::from("game in front")),
        "{events:?}"
    );
    assert!(
        !events.contains(&String::from("tool in front")),
        "{events:?}"
    );
    assert_eq!(state(&runtime, "tool"), Some(State::Running));
    assert_eq!(runtime.open("game"), Err(StartError::Running));
}

#[test]
fn an_app_switches_to_another_200_ms_later_and_home_follows_that() {
    let (runtime, engine) = with_home();
    install(
        &runtime,
        "home",
        engine.app(asks(&[&APP_SWITCH], "game", 0)).into(),
    );
    install(&runtime, "game", engine.app(Script::default()).into());
    runtime.start("home").expect("it starts");
    run_for(&runtime, Duration::from_millis(199));
    assert_eq!(state(&runtime, "game"), Some(State::Installed));
    run_for(&runtime, Duration::from_millis(10));
    assert_eq!(exit_of(&runtime, "game"), Some(Exit::Returned(0)));
    runtime.board().take_events();
    run_for(&runtime, Duration::from_millis(250));
    assert!(
        runtime
            .board()
            .take_events()
            .contains(&String::from("home in front"))
    );
}

#[test]
fn home_comes_back_where_the_app_that_was_switched_to_is_gone() {
    let (runtime, engine) = with_home();
    install(
        &runtime,
        "home",
        engine.app(asks(&[&APP_SWITCH], "first", 0)).into(),
    );
    install(
        &runtime,
        "first",
        engine.app(asks(&[&APP_SWITCH], "second", 0)).into(),
    );
    install(&runtime, "second", engine.app(sleeps()).into());
    runtime.start("home").expect("it starts");
    run_for(&runtime, Duration::from_millis(250));
    runtime.uninstall("second").expect("it is installed");
    runtime.board().take_events();
    run_for(&runtime, Duration::from_millis(450));
    let events = runtime.board().take_events();
    assert!(events[0].starts_with("second not started"), "{events:?}");
    assert!(
        events.contains(&String::from("home in front")),
        "{events:?}"
    );
}

#[test]
fn app_list_writes_names_and_states_and_counts_them() {
    let runtime = real();
    let guest = r#"(module
        (import "env" "app_list" (func $list (param i32 i32) (result i32)))
        (import "env" "printf_native" (func $print (param i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "main") (result i32)
            (call $list (i32.const 64) (i32.const 100))
            (drop (call $print (i32.const 64)))))"#;
    install(&runtime, "lister", wasm(guest));
    install(&runtime, "other", with_entry("(module)"));
    runtime.start("lister").expect("it starts");
    run_for(&runtime, Duration::from_millis(50));
    assert_eq!(exit_of(&runtime, "lister"), Some(Exit::Returned(2)));
    assert_eq!(
        runtime.board().take_said(),
        ["lister: lister:RUNNING\nother:INSTALLED\n"]
    );
}

#[test]
fn app_list_fits_every_length_of_buffer() {
    for size in [0, 1, 2, 15, 16, 17, 18, 64] {
        let exit = run_guest(&format!(
            r#"(module
            (import "env" "app_list" (func $list (param i32 i32) (result i32)))
            (memory (export "memory") 1)
            (func (export "main") (result i32) (call $list (i32.const 65472) (i32.const {size}))))"#
        ));
        let whole = "guest:RUNNING\n".len() as u32 + 1;
        let expected = if size == 0 {
            -22
        } else {
            i32::from(size >= whole)
        };
        assert_eq!(exit, Exit::Returned(expected), "{size}");
    }
}

#[test]
fn an_app_without_the_capability_cannot_control_apps() {
    let (runtime, engine) = scripted();
    install(&runtime, "other", engine.app(sleeps()).into());
    let script = asks(&[&APP_START, &APP_STOP, &APP_SWITCH], "other", 0);
    install_with(
        &runtime,
        "self",
        engine.app(script).into(),
        &[Capability::AppInfo],
    );
    runtime.start("self").expect("it starts");
    run_for(&runtime, Duration::from_millis(500));
    assert!(
        engine.trace()[..3]
            .iter()
            .all(|record| record.result == Ok(-1))
    );
    assert_eq!(state(&runtime, "other"), Some(State::Installed));
}
