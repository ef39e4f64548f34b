//! Tests of the start, the end and the succession of apps on the console.

use akira::abi::Clock;
use akira::{Exit, State, Trap};
use akira_sim::catalogue::HOME;
use akira_sim::device::Options;
use akira_sim::protocol::Area;
use akira_sim::remote::{Action, Command, link};
use embassy_futures::block_on;
use tokio::task::LocalSet;

use crate::apps::{metronome, read, start_metronome, wasm};
use crate::device::Console;
use crate::leaks::assert_nothing_is_held;

#[test]
fn the_launcher_opens_a_game_and_home_leads_back() {
    let console = Console::bundled();
    console.run_ms(500);
    assert!(console.is_running(HOME));
    for _ in 0..3 {
        console.tap("A");
        console.run_ms(300);
        assert!(console.is_running("blocks") && !console.is_running(HOME));
        assert_eq!(console.info(HOME).exit, Some(Exit::Returned(0)));
        console.tap("HOME");
        console.run_ms(300);
        assert!(console.is_running(HOME) && !console.is_running("blocks"));
    }
    assert_eq!(console.info("blocks").crashes, 0);
}

#[test]
fn the_launcher_follows_a_foreground_app_that_crashes() {
    let console = Console::bundled();
    let crash = wasm(
        r#"(module
          (import "env" "delay" (func $delay (param i32) (result i32)))
          (import "env" "display_clear" (func $clear (param i32) (result i32)))
          (memory (export "memory") 1 1)
          (func (export "main") (result i32)
            (drop (call $clear (i32.const 0xf800)))
            (drop (call $delay (i32.const 500000)))
            unreachable))"#,
    );
    console
        .install_with(
            &crash,
            r#"{"name": "a crash", "capabilities": ["display.write"]}"#,
        )
        .expect("the app is admitted");
    console.run_ms(1_500);
    console.tap("A");
    console.run_ms(300);
    assert!(console.is_running("a crash") && !console.is_running(HOME));
    console.run_ms(800);
    assert_eq!(
        console.info("a crash").exit,
        Some(Exit::Trapped(Trap::Unreachable))
    );
    assert_eq!(console.info("a crash").state, State::Error);
    assert!(console.is_running(HOME));
    console.tap("DOWN");
    console.tap("A");
    console.run_ms(300);
    assert!(
        console.is_running("blocks"),
        "the launcher has display and buttons"
    );
}

#[test]
fn ipc_pong_answers_all_that_ipc_ping_asks() {
    let console = Console::bundled();
    console.start("ipc_pong");
    console.run_ms(50);
    assert_eq!(console.run_to_end("ipc_ping"), Exit::Returned(0));
    let lines = console.texts("ipc_ping");
    assert!(
        lines.contains(&"ipc_ping: 10 of 10 answered".into()),
        "{lines:?}"
    );
}

#[test]
fn ipc_ping_alone_gives_up() {
    let console = Console::bundled();
    assert_eq!(console.run_to_end("ipc_ping"), Exit::Returned(1));
}

#[test]
fn what_storage_demo_stores_survives_restarts_and_a_reboot() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let flash = folder.path().join("console.flash");
    let mut start = 0;
    for _ in 0..2 {
        let console = Console::with_flash(&flash);
        for _ in 0..3 {
            start += 1;
            assert_eq!(console.run_to_end("storage_demo"), Exit::Returned(0));
            let lines = console.texts("storage_demo");
            let lines = &lines[lines.len() - 3..];
            assert_eq!(
                lines[0],
                format!("storage_demo: start {start} by the file (1)")
            );
            assert_eq!(
                lines[1],
                format!("storage_demo: start {start} by the setting (0)")
            );
        }
    }
}

#[test]
fn an_uninstalled_app_leaves_no_files() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let flash = folder.path().join("console.flash");
    let image = crate::apps::renamed(&read("storage_demo"), "counter");
    let console = Console::with_flash(&flash);
    console.install_trusted("counter", &image);
    assert_eq!(console.run_to_end("counter"), Exit::Returned(0));
    assert!(has_files(&console, "counter") && console.device.library().keeps("counter"));
    uninstall(&console, "counter");
    assert!(!has_files(&console, "counter"));
    drop(console);
    let console = Console::with_flash(&flash);
    assert!(console.device.runtime().app("counter").is_none());
    assert!(!has_files(&console, "counter") && !console.device.library().keeps("counter"));
}

fn has_files(console: &Console, app: &str) -> bool {
    let mut store = console
        .run
        .complete(console.device.library().store().lock());
    let used = block_on(store.folder_used(app));
    used.expect("the flash is read") > 0
}

/// Uninstalls an app over a link, as the page does.
fn uninstall(console: &Console, name: &str) {
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("the host has timers");
    let (handle, end) = link(Options::default().description());
    let local = LocalSet::new();
    local.spawn_local(console.device.clone().obey(end));
    let answer = local.block_on(
        &tokio,
        handle.ask(|reply| Command::Control {
            name: name.into(),
            action: Action::Uninstall,
            reply,
        }),
    );
    let done = answer.expect("the device answers");
    done.expect("the app is uninstalled");
}

#[test]
fn a_new_version_runs_in_place_of_the_old_and_a_refused_one_leaves_it() {
    let console = Console::bare();
    start_metronome(&console, "app");
    console.run_ms(250);
    let old = console.info("app").run.expect("it runs").id;
    console
        .try_install("app", &read("malformed/truncated"))
        .expect_err("it is refused");
    console.run_ms(250);
    assert_eq!(console.info("app").run.expect("it runs").id, old);
    console.install("app", &metronome());
    assert_eq!(console.last_text("app"), "stopped");
    console.run_ms(250);
    assert_ne!(console.info("app").run.expect("it runs").id, old);
}

#[test]
fn time_stands_still_for_no_one() {
    let console = Console::bundled();
    console.run_ms(3_600_000);
    assert_eq!(console.device.clock().now().as_millis(), 3_600_000);
    assert!(console.is_running(HOME));
}

#[test]
fn an_app_whose_only_drawing_call_failed_gives_the_display_back() {
    let console = Console::bare();
    let too_small = wasm(
        r#"(module
          (import "env" "display_bitmap" (func $bitmap (param i32 i32 i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1 1)
          (func (export "main") (result i32)
            (call $bitmap (i32.const 0) (i32.const 0) (i32.const 8) (i32.const 8) (i32.const 0) (i32.const 4))))"#,
    );
    console.install_trusted("app", &too_small);
    let einval = akira::abi::Errno::EINVAL.code();
    assert_eq!(console.run_to_end("app"), Exit::Returned(einval));
    assert_nothing_is_held(&console);
}

#[test]
fn pixels_are_on_the_panel_when_a_raw_write_returns_and_data_may_be_reused() {
    let console = Console::bare();
    let guest = |call: &str| {
        wasm(&format!(
            r#"(module
              (import "env" "{call}" (func $write (param i32 i32 i32 i32 i32 i32) (result i32)))
              (import "env" "display_raw_wait" (func $wait (result i32)))
              (memory (export "memory") 1 1)
              (func (export "main") (result i32)
                (i32.store (i32.const 16) (i32.const 0x1f001f))
                (if (call $write (i32.const 2) (i32.const 3) (i32.const 2) (i32.const 1) (i32.const 16) (i32.const 4))
                    (then (return (i32.const 1))))
                (i32.store (i32.const 16) (i32.const 0))
                (call $wait)))"#
        ))
    };
    let mut shown = Vec::new();
    for call in ["display_raw_write", "display_raw_write_async"] {
        console.install_trusted(call, &guest(call));
        assert_eq!(console.run_to_end(call), Exit::Returned(0), "{call}");
        shown.push(console.device.screen().take_changed());
    }
    let area = Area {
        x: 2,
        y: 3,
        w: 2,
        h: 1,
    };
    assert_eq!(shown, [Some(area), Some(area)]);
}

#[test]
fn an_app_that_ends_within_a_line_gives_its_place_in_the_log_back() {
    let console = Console::bare();
    let unfinished = wasm(
        r#"(module
          (import "env" "puts" (func $puts (param i32) (result i32)))
          (import "env" "putchar" (func $putchar (param i32) (result i32)))
          (memory (export "memory") 1 1)
          (data (i32.const 16) "a line\00")
          (func (export "main") (result i32)
            (drop (call $putchar (i32.const 65)))
            (drop (call $puts (i32.const 16)))
            (drop (call $putchar (i32.const 66)))
            (i32.const 0)))"#,
    );
    console.install("app", &unfinished);
    for _ in 0..20 {
        assert_eq!(console.run_to_end("app"), Exit::Returned(0));
        let lines = console.texts("app");
        assert_eq!(lines[lines.len() - 3..], ["Aa line", "B", "returned 0"]);
    }
    assert_nothing_is_held(&console);
}

#[test]
fn what_an_app_prints_in_one_call_becomes_lines_however_long_it_is() {
    let console = Console::bare();
    let long = wasm(
        r#"(module
          (import "env" "puts" (func $puts (param i32) (result i32)))
          (import "env" "printf" (func $printf (param i32 i32) (result i32)))
          (memory (export "memory") 2 2)
          (data (i32.const 8) "%300d|\n\00")
          (func (export "main") (result i32)
            (memory.fill (i32.const 1000) (i32.const 120) (i32.const 100000))
            (i32.store8 (i32.const 1600) (i32.const 10))
            (drop (call $puts (i32.const 1000)))
            (i32.store (i32.const 16) (i32.const 7))
            (call $printf (i32.const 8) (i32.const 16))))"#,
    );
    console.install("app", &long);
    assert_eq!(console.run_to_end("app"), Exit::Returned(302));
    let lines = console.texts("app");
    let lengths: Vec<_> = lines.iter().map(String::len).collect();
    assert_eq!(lengths[..5], [256, 256, 88, 256, 256], "{lengths:?}");
    assert_nothing_is_held(&console);
}

#[test]
fn an_app_that_draws_comes_to_the_front_when_it_is_started_from_the_page() {
    let console = Console::bundled();
    console.run_ms(500);
    console.device.open("sensor_dashboard").expect("it starts");
    console.run_ms(500);
    assert!(
        console.is_running("sensor_dashboard"),
        "it draws, so it has taken the display over from the launcher"
    );
}

#[test]
fn the_display_is_free_again_when_an_app_ends_that_was_brought_to_the_front() {
    let console = Console::bare();
    for name in ["display_demo", "sensor_dashboard"] {
        console.install(name, &read(name));
    }
    console.device.open("display_demo").expect("it starts");
    console.run_ms(200);
    let runtime = console.device.runtime();
    runtime.stop("display_demo").expect("it is installed");
    console.start("sensor_dashboard");
    console.run_ms(200);
    assert!(console.is_running("sensor_dashboard"), "it could draw");
}
