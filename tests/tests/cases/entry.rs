//! Entry points and initialisers.

use akira::Exit;

use super::stage::{Stage, refusal, run, wasm};

/// A module that imports `puts` and `printf`, holds `hello` at 16 and `argc=%d` at 32, and has these functions.
fn module(functions: &str) -> Vec<u8> {
    wasm(&format!(
        r#"(module
            (import "env" "puts" (func $puts (param i32) (result i32)))
            (import "env" "printf" (func $printf (param i32 i32) (result i32)))
            (memory (export "memory") 1)
            (data (i32.const 16) "hello\00") (data (i32.const 32) "argc=%d\0a\00")
            (global $ran (mut i32) (i32.const 0))
            {functions})"#
    ))
}

const SAYS_HELLO: &str = "(drop (call $puts (i32.const 16)))";

#[test]
fn only_start() {
    let (exit, log) = run(&module(&format!(
        r#"(func (export "_start") {SAYS_HELLO})"#
    )));
    assert_eq!(exit, Exit::Returned(0));
    assert_eq!(log[0], "hello");
}

#[test]
fn wrong_entry() {
    let image = module(&format!(r#"(func (export "_start") {SAYS_HELLO})"#));
    let stage = Stage::new();
    let name = stage.launch(&image, r#"{"name": "e2", "entry": "begin"}"#);
    assert_eq!((&*name, stage.finish(&name)), ("e2", Exit::Returned(0)));
    assert_eq!(stage.texts("e2")[0], "hello");
}

#[test]
fn nothing_to_run() {
    let why = refusal(&module(
        r#"(func (export "run") (result i32) (i32.const 0))"#,
    ));
    let missing = "exports no `main`, `_start` or the manifest's `entry`";
    assert!(why.contains(missing), "{why}");
}

#[test]
fn main_i64() {
    let why = refusal(&module(
        r#"(func (export "main") (param i64 f64) (result i64) (i64.const 9))"#,
    ));
    assert!(
        why.contains("`main` has the wrong type") && why.contains("(i32, i32)"),
        "{why}"
    );
}

#[test]
fn main_f32() {
    let why = refusal(&module(
        r#"(func (export "main") (result f32) (f32.const 9))"#,
    ));
    assert!(
        why.contains("`main` has the wrong type") && why.contains("(i32, i32)"),
        "{why}"
    );
}

/// `argv[argc]` is a null pointer that can be read.
#[test]
fn argv() {
    for name in ["main", "__main_argc_argv"] {
        let (exit, log) = run(&module(&format!(
            r#"(func (export "{name}") (param $argc i32) (param $argv i32) (result i32)
                (i32.store (i32.const 256) (local.get $argc))
                (drop (call $printf (i32.const 32) (i32.const 256)))
                (i32.load (local.get $argv)))"#
        )));
        assert_eq!(
            (exit, log[0].as_str()),
            (Exit::Returned(0), "argc=0"),
            "{name}"
        );
    }
}

/// C++ constructors under either name, and AssemblyScript's top-level code with `--exportStart`.
#[test]
fn constructors() {
    for exports in [
        r#"(export "__wasm_call_ctors" (func $init))"#,
        r#"(export "_initialize" (func $init))"#,
        r#"(export "_initialize" (func $init)) (export "__wasm_call_ctors" (func $init))"#,
        r#"(export "_initialize" (func $init)) (start $init)"#,
        "(start $init)",
    ] {
        let (exit, _) = run(&module(&format!(
            r#"(func $init (global.set $ran (i32.add (global.get $ran) (i32.const 77))))
            (func (export "main") (result i32) (global.get $ran)) {exports}"#
        )));
        assert_eq!(exit, Exit::Returned(77), "{exports}");
    }
}
