//! What an app leaves on a console depends on what it was granted, and on nothing else.

use std::path::Path;

use akira::abi::{AppId, Errno};
use akira::gpio::Gpio;
use akira::ipc::Ipc;
use akira_sim::board::{APPS, Held, Led};
use akira_sim::protocol::Area;
use akira_sim::screen::SCREEN;
use akira_sim::state::Stored;

use crate::apps::wasm;
use crate::device::Console;

/// Draws, writes a file and a setting, sends a message and lights the light; then waits.
const TOUCHER: &str = r#"(module
  (import "env" "display_clear" (func $clear (param i32) (result i32)))
  (import "env" "storage_open" (func $open (param i32 i32) (result i32)))
  (import "env" "settings_set" (func $set (param i32 i32) (result i32)))
  (import "env" "msg_publish" (func $publish (param i32 i32 i32) (result i32)))
  (import "env" "gpio_configure" (func $configure (param i32 i32) (result i32)))
  (import "env" "delay" (func $delay (param i32) (result i32)))
  (memory (export "memory") 1 1)
  (data (i32.const 16) "topic\00")
  (func (export "main") (result i32)
    (drop (call $clear (i32.const 0xffff)))
    (drop (call $open (i32.const 16) (i32.const 1)))
    (drop (call $set (i32.const 16) (i32.const 16)))
    (drop (call $publish (i32.const 16) (i32.const 16) (i32.const 5)))
    (drop (call $configure (i32.const 42) (i32.const 0xa)))
    (drop (call $delay (i32.const 10000000)))
    (i32.const 0)))"#;

/// Who listens and looks in place of the tester.
const TESTER: AppId = AppId::new(u32::MAX);

/// Where an app has left something.
#[derive(Debug, PartialEq)]
struct Traces {
    screen: bool,
    files: bool,
    settings: bool,
    messages: bool,
    light: bool,
}

/// Runs the app with these capabilities, and looks for what it has left.
fn traces(grant: &[&str]) -> Traces {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let console = Console::bare_in_folder(folder.path());
    let board = console.device.runtime().board();
    let ipc: &Ipc<APPS, 8, 4096> = board.as_ref();
    assert_eq!(ipc.subscribe(TESTER, "topic"), Ok(()));
    let stored = Stored {
        grant: grant.iter().map(ToString::to_string).collect(),
        ..Stored::bare(Some("toucher".into()), wasm(TOUCHER))
    };
    console.device.install(stored).expect("the app is let in");
    console.start("toucher");
    console.run_ms(100);
    assert!(console.is_running("toucher"));
    let frame = console.device.screen().copy(Area::whole(SCREEN));
    let gpio: &Gpio<Led, Held, 1, APPS> = board.as_ref();
    Traces {
        screen: frame.pixels.iter().any(|pixel| *pixel != 0),
        files: exists(folder.path(), "files/toucher"),
        settings: exists(folder.path(), "settings.json"),
        messages: ipc.pending(TESTER, "topic") != Ok(0),
        light: gpio.read(TESTER, None, 42) == Ok(true),
    }
}

fn exists(folder: &Path, name: &str) -> bool {
    folder.join(name).exists()
}

const NONE: Traces = Traces {
    screen: false,
    files: false,
    settings: false,
    messages: false,
    light: false,
};

#[test]
fn an_app_without_capabilities_leaves_no_trace() {
    assert_eq!(traces(&[]), NONE);
    assert_eq!(traces(&["sensor.read", "timer", "storage.read"]), NONE);
}

#[test]
fn each_capability_lets_an_app_leave_its_own_trace_and_no_other() {
    let one = |grant, expected| assert_eq!(traces(&[grant]), expected, "{grant}");
    one(
        "display.write",
        Traces {
            screen: true,
            ..NONE
        },
    );
    one(
        "storage.write",
        Traces {
            files: true,
            ..NONE
        },
    );
    one(
        "settings.*",
        Traces {
            settings: true,
            ..NONE
        },
    );
    one(
        "ipc",
        Traces {
            messages: true,
            ..NONE
        },
    );
    one(
        "gpio.write",
        Traces {
            light: true,
            ..NONE
        },
    );
}

#[test]
fn what_an_operator_denies_is_denied_whatever_else_is_granted() {
    let console = Console::bare();
    let stored = Stored {
        grant: vec!["*".into()],
        deny: vec!["display.write".into()],
        ..Stored::bare(
            Some("app".into()),
            wasm(
                r#"(module
                  (import "env" "display_clear" (func $clear (param i32) (result i32)))
                  (func (export "main") (result i32) (call $clear (i32.const 1))))"#,
            ),
        )
    };
    console.device.install(stored).expect("the app is let in");
    let denied = akira::Exit::Returned(Errno::EPERM.code());
    assert_eq!(console.run_to_end("app"), denied);
}
