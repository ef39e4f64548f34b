//! Tests of the limits on modules, and of features that no device supports.

use crate::device::{real, with_entry};
use akira_runtime::InstallOptions;
use std::rc::Rc;

/// Returns the message with which an app is refused.
fn refusal(module: &[u8]) -> String {
    let options = InstallOptions::default().with_name("app");
    let refused = real().install(Rc::<[u8]>::from(module), &options);
    refused.expect_err("it is refused").to_string()
}

fn refuses(text: &str, why: &str) {
    let refusal = refusal(&with_entry(text));
    assert!(refusal.contains(why), "{refusal}");
}

#[test]
fn blocks_with_parameters_are_refused_and_the_message_says_how_to_build_without() {
    for text in [
        "(module (func (result i32) i32.const 1 (block (param i32) (result i32))))",
        "(module (func (result i32) i32.const 1 (loop (param i32) (result i32))))",
        "(module (func (result i32) i32.const 1 i32.const 1 (if (param i32) (result i32) (then) (else))))",
    ] {
        refuses(text, "blocks with parameters");
        refuses(text, "multivalue");
    }
}

#[test]
fn values_that_multiply_code_are_bounded() {
    let values = |count| "i32 ".repeat(count);
    refuses(
        &format!("(module (type (func (result {}))))", values(9)),
        "more than 8 results",
    );
    refuses(
        &format!("(module (type (func (param {}))))", values(33)),
        "more than 32 parameters",
    );
    let targets = "0 ".repeat(4_098);
    refuses(
        &format!("(module (func (br_table {targets} (i32.const 0))))"),
        "more than 4096 targets",
    );
    let (open, close) = ("(block ".repeat(1_100), ")".repeat(1_100));
    refuses(
        &format!("(module (func {open}{close}))"),
        "more than 1024 nested blocks",
    );
    let sum = "i32.const 1 i32.add ".repeat(9);
    refuses(
        &format!("(module (global i32 i32.const 1 {sum}))"),
        "more than 16 operations in a constant expression",
    );
    refuses(
        &format!("(module {})", "(table 0 funcref)".repeat(5)),
        "more than 4 tables",
    );
}

#[test]
fn a_function_that_takes_long_to_translate_is_refused() {
    let code = "(drop (i32.const 1))".repeat(30_000);
    refuses(
        &format!("(module (func) (func {code}))"),
        "function 1 of the module has 90002 bytes, the maximum is 65536",
    );
}

#[test]
fn a_start_function_takes_and_returns_nothing() {
    for text in [
        "(module (func $start (param i32)) (start $start))",
        "(module (func $start (result i32) i32.const 0) (start $start))",
    ] {
        refuses(text, "start function");
    }
}

#[test]
fn the_start_function_that_is_called_declares_no_reference() {
    refuses(
        "(module (func $start (drop (ref.func $start))) (start $start))",
        "undeclared",
    );
}

#[test]
fn a_segment_that_does_not_fit_is_named_with_numbers() {
    refuses(
        "(module (table 1 funcref) (func $f) (elem (i32.const 0) $f) (elem (i32.const 5) $f))",
        "element segment 1 of the module ends at 6, but its memory or table starts with 1",
    );
    refuses(
        r#"(module (memory 1) (data (i32.const 65535) "ab"))"#,
        "data segment 0 of the module ends at 65537, but its memory or table starts with 65536",
    );
    refuses(
        "(module (table 10001 funcref))",
        "more than 10000 elements in its tables",
    );
    refuses(
        &format!("(module (func (local {})))", "i32 ".repeat(33_000)),
        "more than 32768 locals in a function",
    );
}

#[test]
fn a_feature_that_no_device_has_is_named() {
    // The code is a vector constant, a tail call and an atomic fence.
    let with = |code: &[u8]| {
        let mut module =
            b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x08\x01\x04main\0\0\x0a"
                .to_vec();
        let body = code.len() as u8 + 2;
        module.extend_from_slice(&[body + 2, 1, body, 0]);
        module.extend_from_slice(code);
        module.push(0x0b);
        module
    };
    for (code, feature) in [
        (&[0xfd, 0x0c][..], "vector operations"),
        (&[0x12, 0], "tail calls"),
        (&[0xfe, 0x03, 0], "threads"),
        (&[0x08, 0], "exceptions"),
    ] {
        let refusal = refusal(&with(code));
        assert!(refusal.contains(feature), "{refusal}");
    }
}
