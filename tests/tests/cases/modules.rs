//! Modules that compilers and tools make in ways that devices often do not expect.

use akira::Exit;

use super::stage::{Stage, refusal, run, wasm};

/// Encodes a section of a module.
fn section(id: u8, contents: &[u8]) -> Vec<u8> {
    let size = u8::try_from(contents.len()).expect("a short section");
    assert!(size < 0x80, "one byte of LEB128");
    [&[id, size], contents].concat()
}

/// A module of these sections whose `main` returns 5.
fn module(tables: &[u8], memory: &[u8], elements: &[u8]) -> Vec<u8> {
    let types = section(1, b"\x01\x60\0\x01\x7f");
    let functions = section(3, b"\x01\0");
    let exports = section(7, b"\x01\x04main\0\0");
    let code = section(10, b"\x01\x04\0\x41\x05\x0b");
    [
        b"\0asm\x01\0\0\0",
        &*types,
        &*functions,
        tables,
        memory,
        &*exports,
        elements,
        &*code,
    ]
    .concat()
}

#[test]
fn no_memory_export() {
    let (exit, log) = run(&wasm(
        r#"(module (import "env" "puts" (func $puts (param i32) (result i32)))
        (memory 1) (data (i32.const 16) "hidden\00")
        (func (export "main") (result i32) (call $puts (i32.const 16))))"#,
    ));
    assert!(matches!(exit, Exit::Returned(_)), "{exit:?}");
    assert_eq!(log[0], "hidden");
}

/// Each feature that no device runs is named, with what builds without it.
#[test]
fn features() {
    let main = r#"(func (export "main") (result i32) (i32.const 9))"#;
    let relaxed = r#"(func (export "main") (result i32) (i32x4.extract_lane 0
        (i32x4.relaxed_trunc_f32x4_s (v128.const f32x4 1 2 3 4))))"#;
    for (text, feature, fix) in [
        (
            format!("(memory 1 2 shared) {main}"),
            "shared memory",
            "-pthread",
        ),
        (format!("(memory i64 1) {main}"), "memory64", "wasm32"),
        (
            format!(r#"(import "env" "__cpp_exception" (tag (param i32))) {main}"#),
            "exceptions",
            "-fno-exceptions",
        ),
        (relaxed.to_owned(), "vector", "-msimd128"),
        (format!("(memory 1) (memory 1) {main}"), "memor", ""),
        (
            format!("(func $f (return_call $f)) {main}"),
            "tail call",
            "",
        ),
    ] {
        let why = refusal(&wasm(&format!("(module {text})")));
        assert!(why.contains(feature) && why.contains(fix), "{text}: {why}");
    }
    let why = refusal(b"\0asm\x0d\0\x01\0\0\0\0\0\0\0\0\0");
    assert!(
        why.contains("component") && why.contains("wasm32-unknown-unknown"),
        "{why}"
    );
}

/// wasm-opt leaves a DataCount section where no operation needs it.
#[test]
fn data_count_alone() {
    let text = r#"(module (memory 1) (data (i32.const 8) "hi")
        (func (export "main") (result i32) (i32.load8_u (i32.const 9))))"#;
    let image = wasm(text);
    let at = image
        .windows(2)
        .rposition(|window| window == [0x0a, 0x09])
        .expect("its code");
    let (exit, _) = run(&[&image[..at], &section(12, &[1]), &image[at..]].concat());
    assert_eq!(exit, Exit::Returned(i32::from(b'i')));
}

#[test]
fn elements_out_of_bounds() {
    for offset in [1, 5, 0x3f] {
        let elements = section(9, &[1, 0, 0x41, offset, 0x0b, 1, 0]);
        let why = refusal(&module(&section(4, b"\x01\x70\0\x01"), &[], &elements));
        assert!(why.contains("element") || why.contains("table"), "{why}");
        assert!(!why.contains('{'), "no debug text: {why}");
    }
}

#[test]
fn limits_with_their_numbers() {
    let main = r#"(func (export "main"))"#;
    let tables = "(table 1 funcref)".repeat(5);
    for (text, number) in [
        (format!("(table 10001 funcref) {main}"), "10000"),
        (format!("{tables} {main}"), "4"),
    ] {
        let why = refusal(&wasm(&format!("(module {text})")));
        assert!(
            why.contains(number) || why.contains("reference types"),
            "{number}: {why}"
        );
        assert!(!why.contains('{'), "no debug text: {why}");
    }
}

/// An engine takes so many locals, or says how many it takes.
#[test]
fn many_locals() {
    let locals = "(local i32)".repeat(60_000);
    let image = wasm(&format!(
        r#"(module (func {locals}) (func (export "main")))"#
    ));
    let stage = Stage::new();
    match stage.install(&image, "") {
        Ok(name) => {
            stage
                .library
                .runtime()
                .start(&name)
                .expect("it was admitted");
            assert_eq!(stage.finish(&name), Exit::Returned(0));
        }
        Err(why) => assert!(why.contains("locals"), "{why}"),
    }
}

/// LEB128 numbers of 32 bits have 5 bytes at most.
#[test]
fn leb_of_six_bytes() {
    let why = refusal(&module(
        &[],
        &section(5, b"\x01\0\x81\x80\x80\x80\x80\0"),
        &[],
    ));
    assert!(why.contains("malformed at byte 23"), "{why}");
}

/// A call of an import that no device has ends the app and says its name, with both types or a near name.
#[test]
fn imports_that_end_the_app() {
    for (import, call, said) in [
        (
            r#"(import "env" "sqrt" (func $f (param f64) (result f64)))"#,
            "(drop (call $f (f64.const 2)))",
            "env.sqrt",
        ),
        (
            r#"(import "env" "fmod" (func $f (param f64 f64) (result f64)))"#,
            "(drop (call $f (f64.const 2) (f64.const 1)))",
            "env.fmod",
        ),
        (
            r#"(import "env" "spi_transfer" (func $f (param i32 i32 i32 i32) (result i32)))"#,
            "(drop (call $f (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))",
            "env.spi_transfer",
        ),
        (
            r#"(import "env" "adc_read" (func $f (param i32 i32 i32) (result i32)))"#,
            "(drop (call $f (i32.const 0) (i32.const 0) (i32.const 0)))",
            "env.adc_read",
        ),
    ] {
        let (exit, log) = run(&wasm(&format!(
            r#"(module {import} (memory (export "memory") 1) (func (export "main") {call}))"#
        )));
        assert_eq!(exit, Exit::Trapped(akira::Trap::Unlinked), "{said}");
        assert!(log.iter().any(|line| line.contains(said)), "{log:?}");
    }
}

/// C's `abort`, and AssemblyScript's, which has a message.
#[test]
fn abort() {
    let (exit, log) = run(&wasm(
        r#"(module (import "env" "abort" (func $abort)) (func (export "main") (call $abort)))"#,
    ));
    assert!(matches!(exit, Exit::Trapped(_)), "{exit:?}");
    assert!(log.iter().any(|line| line.contains("abort")), "{log:?}");
    let (exit, log) = run(&wasm(
        r#"(module (import "env" "abort" (func $abort (param i32 i32 i32 i32)))
        (memory (export "memory") 1)
        (data (i32.const 12) "\16\00\00\00n\00o\00 \00s\00u\00c\00h\00 \00k\00e\00y\00")
        (func (export "main") (call $abort (i32.const 16) (i32.const 0) (i32.const 3) (i32.const 7))))"#,
    ));
    assert!(matches!(exit, Exit::Trapped(_)), "{exit:?}");
    assert!(log.iter().any(|line| line.contains("abort")), "{log:?}");
}

/// `input_poll_event` and `rf_get_rssi` have the types of SDK 1.4, too.
#[test]
fn older_types() {
    let (exit, log) = run(&wasm(
        r#"(module
        (import "env" "input_poll_event" (func $poll (param i32) (result i32)))
        (import "env" "rf_get_rssi" (func $rssi (param i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "main") (result i32)
            (drop (call $rssi (i32.const 64))) (call $poll (i32.const 64))))"#,
    ));
    assert_eq!(exit, Exit::Returned(0), "{log:?}");
}

/// What the host's `malloc` gives stays the app's, when the app's own allocator grows the memory afterwards.
#[test]
fn two_allocators() {
    let (exit, log) = run(&wasm(
        r#"(module (import "env" "malloc" (func $malloc (param i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "main") (result i32) (local $host i32) (local $own i32)
            (local.set $host (call $malloc (i32.const 4096)))
            (local.set $own (i32.mul (memory.grow (i32.const 2)) (i32.const 65536)))
            (if (i32.eqz (local.get $host)) (then (return (i32.const 1))))
            (if (i32.lt_s (local.get $own) (i32.const 0)) (then (return (i32.const 2))))
            ;; The allocator owns two pages from $own on.
            (i32.and
                (i32.lt_u (local.get $host) (i32.add (local.get $own) (i32.const 131072)))
                (i32.gt_u (i32.add (local.get $host) (i32.const 4096)) (local.get $own)))))"#,
    ));
    assert_eq!(exit, Exit::Returned(0), "{log:?}");
}

/// Installs of what is refused leave a console that runs apps.
#[test]
fn a_refusal_leaves_the_console_as_it_was() {
    let stage = Stage::new();
    stage
        .install(b"\0asm\x0d\0\x01\0", "")
        .expect_err("a component");
    let name = stage.launch(&module(&[], &[], &[]), "");
    assert_eq!(stage.finish(&name), Exit::Returned(5));
}
