//! Tests of native calls that act on apps while one of them, often the caller, is being polled.

use crate::device::{Device, exit_of, install, run_for, scripted};
use akira_runtime::abi::time::{DELAY, GET_TIME_MS};
use akira_runtime::engine::{Op, Script, Scripted};
use akira_runtime::{Exit, Runtime, State, Trap};
use std::rc::Rc;
use std::time::Duration;

/// App that calls the hook and then sleeps.
fn caller() -> Script {
    Script {
        imports: vec![&GET_TIME_MS, &DELAY],
        ops: vec![Op::Call(0, vec![]), Op::Call(1, vec![1_000]), Op::Return(7)],
        ..Script::default()
    }
}

fn sleeper() -> Script {
    Script {
        imports: vec![&DELAY],
        ops: vec![Op::Call(0, vec![1_000]), Op::Repeat],
        ..Script::default()
    }
}

/// Runs two sleepers with a caller between them, whose native call does `act`.
fn three_and_a_caller(
    act: impl Fn(&Runtime<Device, Scripted>) + 'static,
) -> Runtime<Device, Scripted> {
    let (runtime, engine) = scripted();
    for (name, script) in [
        ("first", sleeper()),
        ("caller", caller()),
        ("last", sleeper()),
    ] {
        install(&runtime, name, engine.app(script).into());
        runtime.start(name).expect("it starts");
    }
    let inner = runtime.clone();
    runtime.board().hook.replace(Some(Rc::new(move |_| {
        act(&inner);
        0
    })));
    run_for(&runtime, Duration::from_millis(20));
    runtime.board().hook.replace(None);
    runtime
}

#[test]
fn an_app_uninstalled_in_a_call_of_an_other_leaves_the_others_alone() {
    let runtime = three_and_a_caller(|runtime| {
        runtime.uninstall("first").expect("it was installed");
    });
    assert!(runtime.app("first").is_none());
    assert_eq!(exit_of(&runtime, "caller"), Some(Exit::Returned(7)));
    let last = runtime.app("last").expect("it is installed");
    assert_eq!(last.state, State::Running);
}

#[test]
fn an_app_uninstalled_in_its_own_call_is_gone_after_it() {
    let runtime = three_and_a_caller(|runtime| {
        runtime.uninstall("caller").expect("it was installed");
    });
    assert!(runtime.app("caller").is_none());
    let events = runtime.board().take_events();
    assert!(
        events.contains(&String::from("caller ended: stopped, restart None")),
        "{events:?}"
    );
    for name in ["first", "last"] {
        assert_eq!(runtime.app(name).map(|app| app.state), Some(State::Running));
        runtime.stop(name).expect("it is installed");
        assert_eq!(exit_of(&runtime, name), Some(Exit::Stopped));
    }
}

#[test]
fn an_app_replaced_in_its_own_call_ends_and_the_new_one_is_installed() {
    let (_, engine) = scripted();
    let (runtime, own) = scripted();
    drop(engine);
    install(&runtime, "caller", own.app(caller()).into());
    let image: Rc<[u8]> = own.app(sleeper()).into();
    let inner = runtime.clone();
    runtime.board().hook.replace(Some(Rc::new(move |_| {
        install(&inner, "caller", image.clone());
        0
    })));
    runtime.start("caller").expect("it starts");
    run_for(&runtime, Duration::from_millis(20));
    runtime.board().hook.replace(None);
    let info = runtime.app("caller").expect("it is installed");
    assert_eq!(info.state, State::Installed);
    assert!(info.run.is_none());
    runtime.start("caller").expect("the new one starts");
    run_for(&runtime, Duration::from_millis(20));
    assert_eq!(
        runtime.app("caller").map(|app| app.state),
        Some(State::Running)
    );
}

#[test]
fn an_app_uninstalled_when_another_is_replaced_costs_no_third_one_its_place() {
    let (runtime, engine) = scripted();
    for name in ["first", "middle", "last"] {
        install(&runtime, name, engine.app(sleeper()).into());
    }
    runtime.start("middle").expect("it starts");
    let inner = runtime.clone();
    runtime.board().listener.replace(Some(Rc::new(move |event| {
        if event.starts_with("middle ended") {
            inner.uninstall("first").expect("it is installed");
        }
    })));
    install(&runtime, "middle", engine.app(sleeper()).into());
    runtime.board().listener.replace(None);
    let names: Vec<_> = runtime.apps().into_iter().map(|app| app.name).collect();
    assert_eq!(names, [Rc::from("middle"), Rc::from("last")]);
}

#[test]
fn an_app_uninstalled_while_it_is_replaced_is_installed_all_the_same() {
    let (runtime, engine) = scripted();
    install(&runtime, "app", engine.app(sleeper()).into());
    runtime.start("app").expect("it starts");
    let inner = runtime.clone();
    runtime.board().listener.replace(Some(Rc::new(move |event| {
        if event.starts_with("app ended") {
            inner.uninstall("app").expect("it is installed");
        }
    })));
    install(&runtime, "app", engine.app(sleeper()).into());
    runtime.board().listener.replace(None);
    assert_eq!(
        runtime.app("app").map(|app| app.state),
        Some(State::Installed)
    );
}

#[test]
fn an_app_stopped_in_its_own_call_is_stopped_even_if_it_traps_then() {
    let (runtime, engine) = scripted();
    let script = Script {
        manifest: String::from(r#"{"name": "caller", "restart": true}"#),
        imports: vec![&GET_TIME_MS],
        ops: vec![Op::Call(0, vec![]), Op::Trap(Trap::Unreachable)],
        ..Script::default()
    };
    install(&runtime, "caller", engine.app(script).into());
    let inner = runtime.clone();
    runtime.board().hook.replace(Some(Rc::new(move |_| {
        inner.stop("caller").expect("it is installed");
        0
    })));
    runtime.start("caller").expect("it starts");
    run_for(&runtime, Duration::from_secs(9));
    runtime.board().hook.replace(None);
    assert_eq!(exit_of(&runtime, "caller"), Some(Exit::Stopped));
    assert_eq!(runtime.app("caller").map(|app| app.crashes), Some(0));
}

#[test]
fn a_runtime_that_is_dropped_gives_its_board_back() {
    let (runtime, engine) = scripted();
    install(&runtime, "sleeper", engine.app(sleeper()).into());
    runtime.start("sleeper").expect("it starts");
    run_for(&runtime, Duration::from_millis(20));
    let board = Rc::new(());
    let kept = Rc::downgrade(&board);
    runtime
        .board()
        .hook
        .replace(Some(Rc::new(move |_| Rc::strong_count(&board) as i64)));
    drop(runtime);
    assert_eq!(kept.strong_count(), 0, "something holds the board");
}
