//! Tests of manifests and modules with undocumented behaviour of AkiraOS.

use akira::Exit;

use crate::apps::{read, wasm, with_manifest};
use crate::device::Console;

/// Runs a module and returns its exit.
fn run(text: &str) -> Exit {
    let console = Console::bare();
    console.install_trusted("app", &wasm(text));
    console.run_to_end("app")
}

const RETURNS_5: &str =
    r#"(module (memory (export "memory") 1 1) (func (export "main") (result i32) (i32.const 5)))"#;

#[test]
fn manifests_as_akiraos_has_them_are_taken() {
    let manifests = [
        r#"{"name": "app", "capabilities": ["display.write", "input.read",],}"#,
        r#"{"name": "app", "capabilities": ["rtc", "fs", "ota", "system"]}"#,
        r#"{"name": "app", "abi": "1.0", "min_akiraos_version": "1.4.0"}"#,
        r#"{"name": "app", "abi": "1.9", "memory_quota": 0}"#,
        r#"{"name": "app", "memory_quota": 65536, "heap_kb": 16, "stack_kb": 4}"#,
        r#"{"name": "app", "commands": [{"name": "go", "args": [1, 2]}], "icon": "app.bmp"}"#,
        r#"{"name": "app", "network_policy": {"deny_all": true}, "entry": "_start"}"#,
        r#"{"name": "app", "network_policy": {"allowed_hosts": ["a.example"], "allowed_ports": [443]}}"#,
    ];
    let image = wasm(RETURNS_5);
    for manifest in manifests {
        for image in [with_manifest(&image, manifest), image.clone()] {
            let console = Console::bare();
            let name = console.install_with(&image, manifest);
            let name = name.unwrap_or_else(|error| panic!("{manifest}: {error}"));
            assert_eq!(console.run_to_end(&name), Exit::Returned(5), "{manifest}");
        }
    }
}

#[test]
fn a_manifest_inside_wins_over_one_beside() {
    let console = Console::bare();
    let image = with_manifest(&wasm(RETURNS_5), r#"{"name": "inside"}"#);
    let name = console.install_with(&image, r#"{"name": "beside"}"#);
    assert_eq!(name.as_deref(), Ok("inside"));
}

#[test]
fn a_memory_quota_bounds_what_is_allocated_and_not_the_memory_declared() {
    let console = Console::bare();
    let manifest = r#"{"name": "app", "memory_quota": 65536, "capabilities": ["memory"]}"#;
    let image = wasm(
        r#"(module
          (import "env" "mem_alloc" (func $alloc (param i32) (result i32)))
          (memory (export "memory") 1 1)
          (func (export "main") (result i32)
            (if (i32.eqz (call $alloc (i32.const 32768))) (then (return (i32.const 1))))
            (if (call $alloc (i32.const 65536)) (then (return (i32.const 2))))
            (i32.const 0)))"#,
    );
    console
        .install_with(&image, manifest)
        .expect("the app is admitted");
    assert_eq!(console.run_to_end("app"), Exit::Returned(0));
}

#[test]
fn what_is_allocated_lies_beyond_the_declared_memory_and_can_be_used() {
    let exit = run(r#"(module
          (import "env" "mem_alloc" (func $alloc (param i32) (result i32)))
          (import "env" "mem_free" (func $free (param i32)))
          (memory (export "memory") 1 1)
          (func (export "main") (result i32)
            (local $block i32)
            (local.set $block (call $alloc (i32.const 1000)))
            (if (i32.lt_u (local.get $block) (i32.const 65536)) (then (return (i32.const 1))))
            (i32.store offset=996 (local.get $block) (i32.const 42))
            (if (i32.ne (i32.load offset=996 (local.get $block)) (i32.const 42))
              (then (return (i32.const 2))))
            (call $free (local.get $block))
            (if (i32.ne (call $alloc (i32.const 1000)) (local.get $block))
              (then (return (i32.const 3))))
            (i32.const 0)))"#);
    assert_eq!(exit, Exit::Returned(0));
}

#[test]
fn main_may_have_either_type_and_either_name() {
    for (export, signature) in [
        ("main", "(result i32)"),
        ("main", "(param i32 i32) (result i32)"),
        ("__main_argc_argv", "(param i32 i32) (result i32)"),
        ("_main", "(result i32)"),
    ] {
        let text = format!(r#"(module (func (export "{export}") {signature} (i32.const 9)))"#);
        assert_eq!(run(&text), Exit::Returned(9), "{export} {signature}");
    }
}

#[test]
fn the_first_of_two_exports_named_main_is_called() {
    let console = Console::bare();
    let name = console.install("app", &read("malformed/duplicate_main"));
    assert_eq!(console.run_to_end(&name), Exit::Returned(0));
}

/// AkiraOS calls such a module reactive: it only instantiates it.
#[test]
fn a_module_with_nothing_but_a_start_section_is_a_clean_exit() {
    assert_eq!(run("(module (func $f) (start $f))"), Exit::Returned(0));
}

#[test]
fn an_unknown_import_matters_only_when_it_is_called() {
    let module = |body: &str| {
        format!(
            r#"(module
              (import "env" "of_the_future" (func $unknown (result i32)))
              (func (export "main") (result i32) {body}))"#
        )
    };
    assert_eq!(run(&module("(i32.const 3)")), Exit::Returned(3));
    let called = run(&module("(call $unknown)"));
    assert_eq!(called, Exit::Trapped(akira::Trap::Unlinked));
}

#[test]
fn both_types_of_input_poll_event_work() {
    for signature in ["(param i32)", "(param i32 i32)"] {
        let arguments = if signature == "(param i32)" {
            "(i32.const 64)"
        } else {
            "(i32.const 64) (i32.const 8)"
        };
        let exit = run(&format!(
            r#"(module
              (import "env" "input_poll_event" (func $poll {signature} (result i32)))
              (memory (export "memory") 1 1)
              (func (export "main") (result i32) (call $poll {arguments})))"#
        ));
        assert_eq!(exit, Exit::Returned(0), "{signature}");
    }
}
