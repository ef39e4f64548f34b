//! Tests of states, transitions, restarts and limits.

use crate::device::{Device, exit_of, install, run_for, run_to_end, runtime, scripted};
use akira_runtime::abi::caps::{Capability, CapabilitySet, Quotas};
use akira_runtime::abi::time::DELAY;
use akira_runtime::engine::{Op, Script, Scripted};
use akira_runtime::{
    Config, Exit, InstallError, InstallOptions, Runtime, StartError, State, Trap, UnknownApp,
};
use std::rc::Rc;
use std::time::Duration;

fn script(manifest: &str, ops: Vec<Op>) -> Script {
    Script {
        manifest: String::from(manifest),
        imports: vec![&DELAY],
        ops,
        ..Script::default()
    }
}

fn sleeps() -> Script {
    script("", vec![Op::Call(0, vec![1_000]), Op::Repeat])
}

fn crashes_after(us: u32, manifest: &str) -> Script {
    script(
        manifest,
        vec![Op::Call(0, vec![us]), Op::Trap(Trap::Unreachable)],
    )
}

fn state(runtime: &Runtime<Device, Scripted>, name: &str) -> State {
    runtime.app(name).expect("the app is installed").state
}

fn with_config(set: impl FnOnce(&mut Config)) -> (Runtime<Device, Scripted>, Scripted) {
    let engine = Scripted::default();
    let mut config = Config::default();
    set(&mut config);
    (runtime(engine.clone(), config), engine)
}

#[test]
fn an_app_that_returns_is_stopped_and_keeps_its_exit_code() {
    let (runtime, engine) = scripted();
    install(
        &runtime,
        "app",
        engine.app(script("", vec![Op::Return(42)])).into(),
    );
    assert_eq!(state(&runtime, "app"), State::Installed);
    assert_eq!(run_to_end(&runtime, "app"), Exit::Returned(42));
    assert_eq!(state(&runtime, "app"), State::Stopped);
    assert_eq!(
        runtime.board().take_events(),
        [
            "app INSTALLED",
            "app RUNNING",
            "app ended: returned 42, restart None",
            "app STOPPED"
        ]
    );
}

#[test]
fn an_app_that_traps_is_in_error_with_the_kind_of_its_trap() {
    let (runtime, engine) = scripted();
    for trap in [Trap::Unreachable, Trap::StackOverflow, Trap::DivisionByZero] {
        install(
            &runtime,
            "app",
            engine.app(script("", vec![Op::Trap(trap)])).into(),
        );
        let exit = run_to_end(&runtime, "app");
        assert_eq!((exit, exit.code()), (Exit::Trapped(trap), -5));
        assert_eq!(state(&runtime, "app"), State::Error);
    }
}

#[test]
fn a_running_app_is_not_started_again() {
    let (runtime, engine) = scripted();
    install(&runtime, "app", engine.app(sleeps()).into());
    runtime.start("app").expect("it starts");
    assert_eq!(runtime.start("app"), Err(StartError::Running));
    assert_eq!(runtime.start("other"), Err(StartError::Unknown));
}

#[test]
fn a_stopped_app_is_stopped_before_stop_returns_and_can_run_again() {
    let (runtime, engine) = scripted();
    install(&runtime, "app", engine.app(sleeps()).into());
    let first = runtime.start("app").expect("it starts");
    run_for(&runtime, Duration::from_millis(10));
    runtime.stop("app").expect("it is installed");
    assert_eq!(exit_of(&runtime, "app"), Some(Exit::Stopped));
    let second = runtime.restart("app").expect("it starts again");
    assert_ne!(first, second, "every run has an id of its own");
    assert_eq!(state(&runtime, "app"), State::Running);
}

#[test]
fn an_uninstalled_app_is_unknown() {
    let (runtime, engine) = scripted();
    install(&runtime, "app", engine.app(sleeps()).into());
    runtime.start("app").expect("it starts");
    runtime.uninstall("app").expect("it is installed");
    assert_eq!(runtime.uninstall("app"), Err(UnknownApp));
    assert_eq!(runtime.stop("app"), Err(UnknownApp));
    assert!(runtime.apps().is_empty());
    let events = runtime.board().take_events();
    assert_eq!(events.last().map(String::as_str), Some("app NEW"));
}

#[test]
fn a_crashing_app_is_restarted_ever_later_and_then_failed() {
    let (runtime, engine) = scripted();
    let manifest = r#"{"restart": {"enabled": true, "max_retries": 4, "delay_ms": 1000}}"#;
    install(
        &runtime,
        "app",
        engine.app(crashes_after(0, manifest)).into(),
    );
    runtime.start("app").expect("it starts");
    run_for(&runtime, Duration::from_secs(100));
    let ends: Vec<String> = runtime.board().take_events();
    let pauses: Vec<&str> = ends
        .iter()
        .filter_map(|line| line.split_once("restart "))
        .map(|(_, pause)| pause)
        .collect();
    assert_eq!(
        pauses,
        [
            "Some(1000)",
            "Some(2000)",
            "Some(4000)",
            "Some(8000)",
            "None"
        ]
    );
    assert_eq!(state(&runtime, "app"), State::Failed);
    assert_eq!(runtime.app("app").map(|app| app.crashes), Some(5));
}

#[test]
fn the_pause_before_a_restart_has_a_limit() {
    let (runtime, engine) = with_config(|config| config.restart_delay_max = Duration::from_secs(3));
    let manifest = r#"{"restart": {"enabled": true, "max_retries": 255, "delay_ms": 1000}}"#;
    install(
        &runtime,
        "app",
        engine.app(crashes_after(0, manifest)).into(),
    );
    runtime.start("app").expect("it starts");
    run_for(&runtime, Duration::from_secs(1_000));
    assert_eq!(state(&runtime, "app"), State::Failed);
    let events = runtime.board().take_events();
    let longest = events
        .iter()
        .filter(|line| line.ends_with("restart Some(3000)"))
        .count();
    assert_eq!(longest, 253);
}

#[test]
fn a_healthy_run_forgives_earlier_crashes() {
    let (runtime, engine) = scripted();
    let manifest = r#"{"restart": {"enabled": true, "max_retries": 2, "delay_ms": 1000}}"#;
    let script = crashes_after(60_000_000, manifest);
    install(&runtime, "app", engine.app(script).into());
    runtime.start("app").expect("it starts");
    run_for(&runtime, Duration::from_secs(650));
    let info = runtime.app("app").expect("it is installed");
    assert_eq!((info.state, info.crashes), (State::Running, 10));
}

#[test]
fn stop_cancels_a_restart_that_is_due() {
    let (runtime, engine) = scripted();
    install(
        &runtime,
        "app",
        engine.app(crashes_after(0, r#"{"restart": true}"#)).into(),
    );
    runtime.start("app").expect("it starts");
    run_for(&runtime, Duration::from_millis(10));
    runtime.stop("app").expect("it is installed");
    run_for(&runtime, Duration::from_secs(100));
    assert_eq!(runtime.app("app").map(|app| app.crashes), Some(1));
}

#[test]
fn autostart_starts_those_that_ask_for_it() {
    let (runtime, engine) = scripted();
    let ops = || vec![Op::Call(0, vec![1_000]), Op::Repeat];
    install(
        &runtime,
        "early",
        engine.app(script(r#"{"autostart": true}"#, ops())).into(),
    );
    install(&runtime, "late", engine.app(script("", ops())).into());
    runtime.autostart();
    run_for(&runtime, Duration::from_millis(10));
    assert_eq!(state(&runtime, "early"), State::Running);
    assert_eq!(state(&runtime, "late"), State::Installed);
}

#[test]
fn an_app_that_is_replaced_is_stopped_first() {
    let (runtime, engine) = scripted();
    install(&runtime, "app", engine.app(sleeps()).into());
    runtime.start("app").expect("it starts");
    run_for(&runtime, Duration::from_millis(10));
    install(
        &runtime,
        "app",
        engine.app(script("", vec![Op::Return(2)])).into(),
    );
    assert_eq!(state(&runtime, "app"), State::Installed);
    assert_eq!(run_to_end(&runtime, "app"), Exit::Returned(2));
}

#[test]
fn a_refused_install_leaves_the_old_app_running() {
    let (runtime, engine) = scripted();
    install(&runtime, "app", engine.app(sleeps()).into());
    runtime.start("app").expect("it starts");
    let options = InstallOptions::default().with_name("app");
    let refused: Rc<[u8]> = Rc::from(b"\0asm\x01\0\0\0\x07".as_slice());
    assert!(matches!(
        runtime.install(refused, &options),
        Err(InstallError::Module(_))
    ));
    let other = options.with_replace(false);
    let image: Rc<[u8]> = engine.app(sleeps()).into();
    assert_eq!(runtime.install(image, &other), Err(InstallError::Exists));
    assert_eq!(state(&runtime, "app"), State::Running);
}

#[test]
fn only_so_many_apps_are_installed() {
    let (runtime, engine) = with_config(|config| config.installed_max = 2);
    for name in ["a", "b"] {
        install(&runtime, name, engine.app(sleeps()).into());
    }
    let options = InstallOptions::default().with_name("c");
    let image: Rc<[u8]> = engine.app(sleeps()).into();
    assert_eq!(
        runtime.install(image, &options),
        Err(InstallError::Full { most: 2 })
    );
    install(&runtime, "b", engine.app(sleeps()).into());
}

#[test]
fn only_so_many_apps_run() {
    let (runtime, engine) = with_config(|config| config.running_max = 2);
    for name in ["a", "b", "c"] {
        install(&runtime, name, engine.app(sleeps()).into());
    }
    runtime.start("a").expect("it starts");
    runtime.start("b").expect("it starts");
    assert_eq!(runtime.start("c"), Err(StartError::TooMany { most: 2 }));
    runtime.stop("a").expect("it is installed");
    runtime.start("c").expect("there is room now");
}

#[test]
fn apps_that_do_not_fit_beside_each_other_do_not_run_together() {
    let (runtime, engine) = with_config(|config| config.memory_bytes = 200_000);
    for name in ["a", "b"] {
        let script = Script {
            pages: 1,
            ..sleeps()
        };
        install(&runtime, name, engine.app(script).into());
    }
    let needed = runtime.app("a").expect("it is installed").memory_bytes_max;
    runtime.start("a").expect("it starts");
    let free = 200_000 - needed;
    assert_eq!(runtime.start("b"), Err(StartError::Memory { needed, free }));
    runtime.stop("a").expect("it is installed");
    runtime.start("b").expect("there is room now");
}

#[test]
fn an_app_that_can_never_fit_is_refused_with_numbers() {
    let (runtime, engine) = with_config(|config| config.memory_bytes = 100_000);
    let script = Script {
        pages: 2,
        ..sleeps()
    };
    let image: Rc<[u8]> = engine.app(script).into();
    let options = InstallOptions::default().with_name("a");
    let error = runtime
        .install(image, &options)
        .expect_err("it does not fit");
    let InstallError::Memory { needed, available } = error else {
        panic!("{error}");
    };
    assert!(needed.total() > 131_072 && available == 100_000, "{error}");
}

#[test]
fn names_are_checked_and_the_manifest_names_first() {
    let (runtime, engine) = scripted();
    let image: Rc<[u8]> = engine.app(script(r#"{"name": "inner"}"#, vec![])).into();
    let options = InstallOptions::default().with_name("outer");
    assert_eq!(runtime.install(image, &options).as_deref(), Ok("inner"));
    for name in [None, Some(""), Some("a/b"), Some(".."), Some("a\nb")] {
        let image: Rc<[u8]> = engine.app(sleeps()).into();
        let mut options = options.clone();
        options.name = name;
        assert_eq!(
            runtime.install(image, &options),
            Err(InstallError::Name),
            "{name:?}"
        );
    }
}

#[test]
fn an_app_that_asks_for_nothing_gets_no_more_than_the_devices_limits() {
    let (runtime, engine) = with_config(|config| {
        let limits = &mut config.policy.limits;
        limits.memory = 1_000;
        limits.storage = 2_000;
        limits.exec_timeout_ms = 30;
        limits.handles = 4;
        limits.heap_kb = 5;
        limits.stack_kb = 6;
        limits.queue = 7;
    });
    let limits = runtime.config().policy.limits;
    install(&runtime, "silent", engine.app(sleeps()).into());
    let quotas = runtime.app("silent").expect("it is installed").grant.quotas;
    assert_eq!(quotas.clamp_to(&limits), quotas);
    assert_eq!((quotas.memory, quotas.handles), (1_000, 4));
}

#[test]
fn a_restart_that_falls_due_while_the_device_is_full_waits_for_room() {
    let (runtime, engine) = with_config(|config| config.running_max = 1);
    let manifest = r#"{"restart": {"enabled": true, "max_retries": 3, "delay_ms": 100}}"#;
    let crashing = engine.app(crashes_after(1_000, manifest));
    install(&runtime, "crashing", crashing.into());
    install(&runtime, "long", engine.app(sleeps()).into());
    runtime.start("crashing").expect("there is room");
    run_for(&runtime, Duration::from_millis(50));
    runtime.start("long").expect("the other has crashed");
    run_for(&runtime, Duration::from_millis(500));
    let waits = runtime.app("crashing").expect("it is installed");
    assert!(waits.run.is_none() && waits.is_due);
    runtime.stop("long").expect("it is installed");
    run_for(&runtime, Duration::from_secs(2));
    let app = runtime.app("crashing").expect("it is installed");
    assert!(app.crashes > 1, "{} crashes", app.crashes);
}

#[test]
fn a_start_that_finds_no_room_is_given_up_after_minutes() {
    let (runtime, engine) = with_config(|config| config.running_max = 1);
    let early = engine.app(script(
        r#"{"autostart": true}"#,
        vec![Op::Call(0, vec![1_000]), Op::Repeat],
    ));
    install(&runtime, "long", engine.app(sleeps()).into());
    install(&runtime, "early", early.into());
    runtime.start("long").expect("there is room");
    runtime.autostart();
    run_for(&runtime, Duration::from_secs(60));
    assert!(runtime.app("early").expect("it is installed").is_due);
    run_for(&runtime, Duration::from_secs(240));
    assert!(!runtime.app("early").expect("it is installed").is_due);
    let events = runtime.board().take_events();
    let given_up = |event: &String| event.starts_with("early not started");
    assert_eq!(events.iter().filter(|event| given_up(event)).count(), 1);
}

#[test]
fn an_app_of_unknown_origin_gets_nothing_privileged() {
    let (runtime, engine) = scripted();
    let asks = r#"{"name": "app", "capabilities": ["timer", "network.use"]}"#;
    let image = engine.app(script(asks, Vec::new()));
    let granted = |options: &InstallOptions<'_>| {
        let admission = runtime.inspect(&image, options).expect("it may come in");
        admission.grant.capabilities
    };
    let timer = CapabilitySet::of(&[Capability::Timer]);
    assert_eq!(granted(&InstallOptions::default()), timer);
    let both = timer.with(Capability::NetworkUse);
    assert_eq!(granted(&InstallOptions::trusted()), both);
}

#[test]
fn a_signer_limits_what_an_app_gets_without_asking() {
    let (runtime, engine) = scripted();
    let image = engine.app(script(r#"{"name": "app"}"#, Vec::new()));
    let options = InstallOptions::default().with_limits(
        Quotas::default()
            .with_storage(1_000)
            .with_handles(2)
            .with_heap_kb(1),
    );
    let admission = runtime.inspect(&image, &options).expect("it may come in");
    let quotas = admission.grant.quotas;
    assert_eq!((quotas.storage, quotas.handles), (1_000, 2));
    assert_eq!(quotas.heap_kb, 1);
    let limit = u16::try_from(runtime.config().app_heap_bytes >> 10).expect("it is small") + 1;
    let options = options.with_limits(Quotas::default().with_heap_kb(limit));
    let admission = runtime.inspect(&image, &options).expect("it may come in");
    assert_eq!(
        admission.grant.quotas.heap_kb, 0,
        "the default is within it"
    );
}
