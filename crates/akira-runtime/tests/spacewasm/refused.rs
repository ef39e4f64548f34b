//! Tests that features newer than WebAssembly 1.0 are refused at installation, with a message that
//! names the fix.

use crate::device::{install, real, run_to_end, wasm, with_entry};
use akira_runtime::{Exit, InstallOptions};

/// Installs a module and returns the message with which it is refused.
fn refusal(module: &[u8]) -> String {
    let options = InstallOptions::default().with_name("app");
    let runtime = real();
    let error = runtime.install(std::rc::Rc::from(module), &options);
    let error = error.expect_err("it is refused");
    assert!(runtime.apps().is_empty());
    error.to_string()
}

/// Returns a module whose `main` has this body.
fn with(body: &str) -> Vec<u8> {
    let data = if body.contains("$d") {
        r#"(data $d "x")"#
    } else {
        ""
    };
    let text = format!(
        r#"(module (memory 1) (table 1 funcref) (func $f) {data} (func (export "main") {body}))"#
    );
    wasm(&text).to_vec()
}

#[test]
fn each_later_feature_is_named_with_what_mends_it() {
    let cases = [
        ("(drop (i32.extend8_s (i32.const 1)))", "sign-extension"),
        ("(drop (i32.trunc_sat_f32_s (f32.const 1)))", "saturating"),
        (
            "(memory.fill (i32.const 0) (i32.const 0) (i32.const 0))",
            "bulk memory",
        ),
        (
            "(memory.copy (i32.const 0) (i32.const 0) (i32.const 0))",
            "bulk memory",
        ),
        (
            "(memory.init $d (i32.const 0) (i32.const 0) (i32.const 0))",
            "bulk memory",
        ),
        (
            "(table.set (i32.const 0) (ref.null func))",
            "reference types",
        ),
        (
            "(block (result i32 i32) (i32.const 0) (i32.const 0)) (drop) (drop)",
            "several results",
        ),
    ];
    for (body, feature) in cases {
        let why = refusal(&with(body));
        assert!(why.contains(feature), "{body}: {why}");
        assert!(why.contains("mcpu=mvp"), "{body}: {why}");
    }
    let others = [
        ("(return_call $f)", "tail calls"),
        ("(drop (v128.const i32x4 0 0 0 0))", "vector"),
    ];
    for (body, feature) in others {
        let why = refusal(&with(body));
        assert!(why.contains(feature), "{body}: {why}");
    }
}

#[test]
fn limits_of_the_engine_are_found_when_an_app_is_installed() {
    let params = "i32 ".repeat(10);
    let deep = format!(
        "(module (func {} {}))",
        "(block ".repeat(128),
        ")".repeat(128)
    );
    let wide = format!(
        "(module (func {} {}))",
        "(i32.const 0) ".repeat(257),
        "(drop) ".repeat(257)
    );
    let cases = [
        (
            format!(r#"(module (import "env" "x" (func (param {params}))))"#),
            "9 parameters",
        ),
        (
            String::from(r#"(module (import "env" "x" (func $x)) (export "main" (func $x)))"#),
            "exports of imports",
        ),
        (
            String::from(r#"(module (memory 1) (data (i32.const 65535) "ab"))"#),
            "outside its memory",
        ),
        (
            String::from(r#"(module (memory 1) (data (i32.const -1) "a"))"#),
            "outside its memory",
        ),
        (
            String::from("(module (table 0 0xffffffff funcref))"),
            "exceeds a limit",
        ),
        (deep, "blocks deeper than 128"),
        (wide, "256 values"),
    ];
    for (text, words) in cases {
        let image = match text.contains("main") {
            true => wasm(&text),
            false => with_entry(&text),
        };
        let why = refusal(&image);
        assert!(why.contains(words), "{words}: {why}");
    }
}

#[test]
fn names_of_imports_may_be_long_and_may_come_twice() {
    let text = format!(
        r#"(module (import "env" "{0}" (func)) (import "env" "{0}" (func (param i32)))
            (import "env" "printf_native" (func $print (param i32) (result i32)))
            (@custom "a name that is longer than spacewasm takes" "x")
            (memory (export "memory") 1) (data (i32.const 8) "hi\00")
            (func (export "main") (result i32) (call $print (i32.const 8))))"#,
        "long_".repeat(20)
    );
    let runtime = real();
    install(&runtime, "app", wasm(&text));
    assert_eq!(run_to_end(&runtime, "app"), Exit::Returned(0));
    assert_eq!(runtime.board().take_said(), ["app: hi"]);
}
