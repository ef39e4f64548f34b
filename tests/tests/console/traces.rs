//! Checks that the effects of an app on a console depend only on its grants.

use akira::abi::caps::{CapabilitySet, resolve};
use akira::abi::{AppId, Errno};
use akira::store::ENTRY_BYTES;
use akira::{Board as _, gpio};
use akira_sim::protocol::Area;
use akira_sim::screen::SCREEN;
use embassy_futures::block_on;

use crate::apps::wasm;
use crate::device::{Console, offer};

/// App that draws, writes a file and a setting, sends a message and switches on the light; then it
/// waits.
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

/// App id under which the test subscribes and reads.
const TESTER: AppId = AppId::new(u32::MAX);

/// Effects of an app.
#[derive(Debug, PartialEq)]
struct Traces {
    screen: bool,
    files: bool,
    settings: bool,
    messages: bool,
    light: bool,
}

/// Runs the app with these capabilities and returns its effects.
fn traces(grant: &[&str]) -> Traces {
    let console = Console::bare();
    let board = console.device.runtime().board();
    let (_, gpio::Module(gpio), _, ipc, ..) = board.modules();
    let ipc = ipc.ipc();
    assert_eq!(ipc.subscribe(TESTER, "topic"), Ok(()));
    let image = wasm(TOUCHER);
    let mut toucher = offer("toucher", &image);
    toucher.grant = grant
        .iter()
        .map(|name| capability(name))
        .fold(CapabilitySet::EMPTY, CapabilitySet::union);
    console.take(&toucher).expect("the app is admitted");
    console.start("toucher");
    console.run_ms(100);
    assert!(console.is_running("toucher"));
    let frame = console.device.screen().copy(Area::whole(SCREEN));
    Traces {
        screen: frame.pixels.iter().any(|pixel| *pixel != 0),
        files: files(&console),
        settings: setting(&console),
        messages: ipc.pending(TESTER, "topic") != Ok(0),
        light: gpio.read(TESTER, None, 42) == Ok(true),
    }
}

fn capability(name: &str) -> CapabilitySet {
    resolve(name, &[]).expect("there is such a capability")
}

fn files(console: &Console) -> bool {
    let mut store = console
        .run
        .complete(console.device.library().store().lock());
    let used = block_on(store.folder_used("toucher"));
    used.expect("the flash is read") >= ENTRY_BYTES
}

fn setting(console: &Console) -> bool {
    let mut store = console
        .run
        .complete(console.device.library().store().lock());
    let value = block_on(store.setting("topic", &mut [0; 64]));
    value.expect("the flash is read").is_some()
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
    let image = wasm(
        r#"(module
          (import "env" "display_clear" (func $clear (param i32) (result i32)))
          (func (export "main") (result i32) (call $clear (i32.const 1))))"#,
    );
    let mut app = offer("app", &image);
    (app.grant, app.deny) = (CapabilitySet::ALL, capability("display.write"));
    console.take(&app).expect("the app is admitted");
    let denied = akira::Exit::Returned(Errno::EPERM.code());
    assert_eq!(console.run_to_end("app"), denied);
}
