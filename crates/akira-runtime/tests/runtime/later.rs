//! Tests of features that are newer than WebAssembly 1.0, for engines that support them.

use crate::Real;
use crate::device::{
    exit_of, install, real, run_for, run_guest, run_to_end, runtime, wasm, with_entry,
};
use akira_runtime::{Config, Exit};
use std::time::Duration;

/// Operations that [`crate::hostile`] repeats.
pub(crate) const OPERATIONS: &[&str] = &[
    "(memory.fill (i32.const 0) (i32.const 0) (i32.const 0))",
    "(table.set (i32.const 0) (ref.null func))",
];

#[test]
fn what_llvm_emits_by_default_is_admitted() {
    let guest = r#"(module (memory (export "memory") 1) (table 2 funcref) (elem (i32.const 0) $pair)
        (type $pair_type (func (result i32 i32)))
        (data $text "abc")
        (func $pair (type $pair_type) (i32.const 30) (i32.const 4))
        (func (export "main") (result i32)
            (memory.fill (i32.const 0) (i32.const 7) (i32.const 8))
            (memory.copy (i32.const 8) (i32.const 0) (i32.const 8))
            (memory.init $text (i32.const 0) (i32.const 0) (i32.const 3))
            (data.drop $text)
            (drop (ref.is_null (table.get (i32.const 1))))
            (drop (i32.trunc_sat_f32_s (f32.const nan)))
            (drop (i32.extend8_s (i32.const 255)))
            (call_indirect (type $pair_type) (i32.const 0))
            (i32.add)))"#;
    assert_eq!(run_guest(guest), Exit::Returned(34));
}

#[test]
fn a_table_index_with_spare_bytes_is_admitted() {
    // `call_indirect 0 0` with the table index as a relocatable LEB128 of 5 bytes
    // (call-indirect-overlong).
    let guest = r#"(module (table 1 funcref) (elem (i32.const 0) $f)
        (func $f (result i32) (i32.const 6))
        (func (export "main") (result i32)
            (nop) (nop) (nop) (nop) (call_indirect (result i32) (i32.const 0))))"#;
    let mut bytes = wasm(guest).to_vec();
    let at = bytes
        .windows(5)
        .position(|window| window[..4] == [1; 4])
        .expect("four nops");
    let code = [0x41, 0, 0x11, 0, 0x80, 0x80, 0x80, 0x80, 0];
    bytes.splice(at..at + 4 + 5, code);
    let runtime = real();
    install(&runtime, "overlong", bytes.into());
    assert_eq!(run_to_end(&runtime, "overlong"), Exit::Returned(6));
}

#[test]
fn tables_do_not_grow() {
    // A grown table uses memory outside every budget, and wasmi 2.0.0 resumes at a wrong
    // instruction after it runs out of fuel there.
    let exit = run_guest(
        r#"(module (table 1 funcref) (func (export "main") (result i32)
            (table.grow (ref.null func) (i32.const 1))))"#,
    );
    assert_eq!(exit, Exit::Returned(-1));
}

#[test]
fn large_copies_and_fills_are_paid_for_and_go_on_over_slices() {
    let guest = r#"(module (memory (export "memory") 64)
        (func (export "main") (result i32)
            (memory.fill (i32.const 0) (i32.const 7) (i32.const 4000000))
            (memory.copy (i32.const 100000) (i32.const 0) (i32.const 4000000))
            (i32.load8_u (i32.const 4099999))))"#;
    assert_eq!(run_guest(guest), Exit::Returned(7));
    let mut config = Config::default();
    config.slice_fuel = 100;
    let small = runtime(Real, config);
    install(&small, "app", wasm(guest));
    small.start("app").expect("it starts");
    run_for(&small, Duration::from_millis(6));
    assert_eq!(exit_of(&small, "app"), None, "a copy of 4 MB takes 6.25 ms");
    run_for(&small, Duration::from_millis(6));
    assert_eq!(exit_of(&small, "app"), Some(Exit::Returned(7)));
    assert!(small.board().now().as_micros() >= 12_500);
}

#[test]
fn a_segment_whose_place_is_computed_is_found_outside_when_the_app_starts() {
    const PLACE: &str = "(offset (i32.add (i32.const 65535) (i32.const 0)))";
    for (segment, words) in [
        (
            format!(r#"(memory 1) (data {PLACE} "ab")"#),
            "out of bounds memory access",
        ),
        (
            format!("(table 1 funcref) (func $f) (elem {PLACE} $f)"),
            "an element segment lies outside its table",
        ),
    ] {
        let runtime = real();
        install(&runtime, "app", with_entry(&format!("(module {segment})")));
        let error = runtime
            .start("app")
            .expect_err("it does not fit")
            .to_string();
        assert!(error.contains(words), "{error}");
        assert_eq!(
            runtime.app("app").and_then(|app| app.exit),
            Some(Exit::NotLoaded)
        );
    }
}
