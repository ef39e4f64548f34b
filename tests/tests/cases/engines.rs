//! Kinds of modules that the engines themselves take wrongly.

use akira::{Exit, Trap};

use super::stage::{Stage, refusal, run, wasm};

/// wasmi 2.0.0 reads wrong values below the parameters of a block, so that no block may have any.
#[test]
fn block_parameters() {
    for body in [
        "(local.get $x) (i32.const 1) (local.get $c)
            if (param i32) drop local.get $x loop end drop else drop end",
        "(local.get $x) (i32.const 1) block (param i32) drop local.get $c br_if 0 i32.const 5 local.set $x end",
        "(local.get $x) (i32.const 1) loop (param i32) drop end",
    ] {
        let why = refusal(&wasm(&format!(
            r#"(module (func $f (param $x i32) (param $c i32) (result i32) {body})
            (func (export "main") (result i32) (call $f (i32.const 77) (i32.const 0))))"#
        )));
        assert!(why.contains("parameters"), "{why}");
    }
}

/// wasmi 2.0.0 drops a comparison with 0 before a `select`, which is why such code is changed when it is loaded.
#[test]
fn select_by_a_comparison() {
    let (exit, _) = run(&wasm(
        r#"(module (func $f (param $r i32) (result i32)
            (select (i32.const 77) (i32.const 1) (i32.eqz (local.get $r))))
        (func (export "main") (result i32) (call $f (i32.const 0))))"#,
    ));
    assert_eq!(exit, Exit::Returned(77));
}

#[test]
fn start_function_with_a_type() {
    for ty in ["(param i32)", "(result i32) (i32.const 0)"] {
        // `wat` does not check modules.
        refusal(&wasm(&format!(
            r#"(module (func $s {ty}) (start $s) (func (export "main")))"#
        )));
    }
}

/// `ref.func` of a function that no export, element or global declares.
#[test]
fn undeclared_reference() {
    refusal(&wasm(
        r#"(module (func $f) (func (export "main") (drop (ref.func $f))))"#,
    ));
}

#[test]
fn binary_format() {
    const TYPES: &[u8] = b"\x01\x04\x01\x60\0\0";
    const FUNCTION: &[u8] = b"\x03\x02\x01\0";
    const MEMORY: &[u8] = b"\x05\x03\x01\0\x01";
    const MAIN: &[u8] = b"\x07\x08\x01\x04main\0\0";
    const CODE: &[u8] = b"\x0a\x04\x01\x02\0\x0b";
    let whole = |sections: &[&[u8]]| [b"\0asm\x01\0\0\0", sections.concat().as_slice()].concat();
    assert_eq!(
        run(&whole(&[TYPES, FUNCTION, MEMORY, MAIN, CODE])).0,
        Exit::Returned(0)
    );
    let cases: [(&str, &[&[u8]]); 6] = [
        (
            "trailing bytes",
            &[TYPES, FUNCTION, b"\x05\x04\x01\0\x01\0", MAIN, CODE],
        ),
        (
            "data before code",
            &[TYPES, FUNCTION, MEMORY, MAIN, b"\x0b\x01\0", CODE],
        ),
        (
            "an overlong number",
            &[
                TYPES,
                FUNCTION,
                b"\x05\x08\x01\0\x81\x80\x80\x80\x80\0",
                MAIN,
                CODE,
            ],
        ),
        (
            "data without a memory",
            &[TYPES, FUNCTION, MAIN, CODE, b"\x0b\x06\x01\0\x41\0\x0b\0"],
        ),
        (
            "a section of a larger size",
            &[TYPES, FUNCTION, MEMORY, MAIN, b"\x0a\x7f\x01\x02\0\x0b"],
        ),
        (
            "a section twice",
            &[TYPES, FUNCTION, MEMORY, MEMORY, MAIN, CODE],
        ),
    ];
    for (kind, sections) in cases {
        let installed = Stage::new().install(&whole(sections), "");
        let why = installed.expect_err(kind);
        assert!(!why.contains('{'), "{kind}, no debug text: {why}");
    }
}

/// Each section ends where its contents do.
#[test]
fn trailing_bytes() {
    let image = wasm(
        r#"(module (type (func)) (import "env" "puts" (func (param i32) (result i32)))
        (func (export "main")) (table 1 funcref) (memory 1)
        (global i32 (i32.const 0)) (start 1) (elem (i32.const 0) 1) (data (i32.const 0) "x"))"#,
    );
    let mut at = 8;
    while at < image.len() {
        let size = usize::from(image[at + 1]);
        assert!(size < 0x7f, "a size of one byte");
        let end = at + 2 + size;
        let longer = [
            &image[..=at],
            &[size as u8 + 1],
            &image[at + 2..end],
            &[0],
            &image[end..],
        ];
        let installed = Stage::new().install(&longer.concat(), "");
        installed.expect_err(&format!("section {}", image[at]));
        at = end;
    }
    assert_eq!(run(&image).0, Exit::Returned(0));
}

#[test]
fn conversions() {
    for (code, trap) in [
        ("(i32.trunc_f32_s (f32.const nan))", Trap::BadConversion),
        (
            "(i32.trunc_f32_s (f32.const 0x1p31))",
            Trap::IntegerOverflow,
        ),
        ("(i32.trunc_f64_u (f64.const -1))", Trap::IntegerOverflow),
        (
            "(i32.wrap_i64 (i64.trunc_f64_s (f64.const inf)))",
            Trap::IntegerOverflow,
        ),
        (
            "(i32.div_s (i32.const 0x80000000) (i32.const -1))",
            Trap::IntegerOverflow,
        ),
    ] {
        let (exit, _) = run(&wasm(&format!(
            r#"(module (func (export "main") (result i32) {code}))"#
        )));
        assert_eq!(exit, Exit::Trapped(trap), "{code}");
    }
}

/// A table that may grow without end is legal; an engine that cannot keep its limit says so, and not "invalid".
#[test]
fn a_table_with_the_largest_limit() {
    let image = wasm(r#"(module (table 0 0xffffffff funcref) (func (export "main")))"#);
    let stage = Stage::new();
    if let Err(why) = stage.install(&image, "") {
        assert!(why.contains("exceeds a limit"), "{why}");
    }
}
