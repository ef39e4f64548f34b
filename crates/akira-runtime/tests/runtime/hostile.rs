//! Tests with hostile guests.

use crate::device::{
    Device, install, real, run_for, run_guest, run_to_end, runtime, wasm, with_entry,
};
use crate::{DATA, LATER, Real};
use akira_runtime::{Config, Exit, InstallError, InstallOptions, Runtime, Trap};
use std::rc::Rc;
use std::time::Duration;

fn try_install(runtime: &Runtime<Device, Real>, image: Rc<[u8]>) -> Result<Rc<str>, InstallError> {
    let options = InstallOptions::default().with_name("app");
    runtime.install(image, &options)
}

fn refused(text: &str) -> InstallError {
    try_install(&real(), with_entry(text)).expect_err("it is refused")
}

#[test]
fn recursion_without_end_overflows_the_stack_of_the_app_only() {
    let guests = [
        r#"(module (func $f (export "main") (result i32) (call $f)))"#,
        r#"(module (table 1 funcref) (elem (i32.const 0) $f)
            (func $f (export "main") (result i32) (call_indirect (result i32) (i32.const 0))))"#,
        r#"(module (func $f (param i64 i64 i64 i64) (result i32)
                (call $f (local.get 3) (local.get 2) (local.get 1) (i64.const 0)))
            (func (export "main") (result i32) (call $f (i64.const 1) (i64.const 1) (i64.const 1) (i64.const 1))))"#,
    ];
    for guest in guests {
        assert_eq!(
            run_guest(guest),
            Exit::Trapped(Trap::StackOverflow),
            "{guest}"
        );
    }
}

#[test]
fn a_frame_larger_than_the_stack_overflows_it() {
    let locals = "(local i64)".repeat(20_000);
    let guest = format!(r#"(module (func (export "main") (result i32) {locals} (i32.const 0)))"#);
    assert_eq!(run_guest(&guest), Exit::Trapped(Trap::StackOverflow));
}

#[test]
fn the_manifest_asks_for_a_larger_stack_and_admission_counts_it() {
    let locals = "(local i64)".repeat(20_000);
    let guest = |stack_kb| {
        wasm(&format!(
            r#"(module (@custom ".akira.manifest" "{{\"stack_kb\": {stack_kb}}}")
            (func (export "main") (result i32) {locals} (i32.const 5)))"#
        ))
    };
    let needs = |stack_kb| {
        let runtime = real();
        install(&runtime, "app", guest(stack_kb));
        let exit = run_to_end(&runtime, "app");
        let app = runtime.app("app").expect("it is installed");
        (exit, app.memory_bytes_max)
    };
    let (small, large) = (needs(4), needs(512));
    assert_eq!(small.0, Exit::Trapped(Trap::StackOverflow));
    assert_eq!(large.0, Exit::Returned(5));
    assert!(large.1 >= small.1 + (448 << 10), "{small:?}, {large:?}");
}

#[test]
fn code_without_branches_needs_no_native_stack() {
    // An operation that wasmi does not reach by a sibling call from the previous one would leave a
    // frame on the native stack.
    let operations = [
        "(global.set $g (i32.const 5))",
        "(global.set $g (global.get $g))",
        "(i32.store (i32.const 0) (i32.const 1))",
        "(drop (memory.grow (i32.const 0)))",
        "(call $f)",
        "(f64.store (i32.const 0) (f64.div (f64.const 1) (f64.const 3)))",
    ];
    for operation in operations.iter().chain(LATER) {
        let guest = format!(
            r#"(module (memory 1) (table 1 funcref) (global $g (mut i32) (i32.const 0)) (func $f)
            (func (export "main") (result i32) (local $left i32) (local.set $left (i32.const 1000))
                (loop {} (local.set $left (i32.sub (local.get $left) (i32.const 1))) (br_if 0 (local.get $left)))
                (i32.const 3)))"#,
            operation.repeat(100)
        );
        let mut config = Config::default();
        config.slice_fuel = 10_000_000;
        let runtime = runtime(Real, config);
        install(&runtime, "app", wasm(&guest));
        assert_eq!(
            crate::device::run_to_end(&runtime, "app"),
            Exit::Returned(3),
            "{operation}"
        );
    }
}

#[test]
fn memory_grows_to_the_budget_and_no_further() {
    let guest = r#"(module (memory (export "memory") 1) (func (export "main") (result i32)
        (loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
        (drop (memory.grow (i32.const 65535))) (drop (memory.grow (i32.const -1)))
        (memory.size)))"#;
    assert_eq!(
        run_guest(guest),
        Exit::Returned(9),
        "64 KiB and the default of 512 KiB"
    );
}

#[test]
fn a_memory_of_4_gib_is_refused_with_numbers() {
    let error = refused("(module (memory 65536))");
    assert!(
        matches!(error, InstallError::Memory { needed, .. } if needed.total() > 1 << 32),
        "{error}"
    );
}

#[test]
fn a_table_of_ten_million_elements_is_refused() {
    for elements in [10_001, 10_000_000] {
        let error = refused(&format!("(module (table {elements} funcref))"));
        assert!(
            error
                .to_string()
                .contains("more than 10000 elements in its tables"),
            "{error}"
        );
    }
}

/// Active segments that would not fit at the start of the app are found at its installation.
#[test]
fn a_segment_outside_its_table_or_memory_is_refused() {
    for segment in [
        "(table 1 funcref) (func $f) (elem (i32.const 5) $f)",
        "(table 1 funcref) (func $f) (elem (i32.const 0) $f $f)",
        "(table 1 funcref) (func $f) (elem (i32.const -1) $f)",
        r#"(memory 1) (data (i32.const 65535) "ab")"#,
        r#"(memory 1) (data (i32.const -1) "a")"#,
    ] {
        let error = refused(&format!("(module {segment})")).to_string();
        assert!(
            error.contains("segment")
                || error.contains("element section")
                || error.contains("outside"),
            "{segment}: {error}"
        );
    }
}

#[test]
fn the_traps_of_wasm_are_told_apart() {
    let cases = [
        ("(unreachable)", Trap::Unreachable),
        ("(i32.load (i32.const -1))", Trap::MemoryOutOfBounds),
        (
            "(i32.div_s (i32.const 1) (i32.const 0))",
            Trap::DivisionByZero,
        ),
        (
            "(i32.div_s (i32.const 0x80000000) (i32.const -1))",
            Trap::IntegerOverflow,
        ),
        ("(i32.trunc_f32_s (f32.const nan))", Trap::BadConversion),
        (
            "(i32.trunc_f32_s (f32.const 0x1p31))",
            Trap::IntegerOverflow,
        ),
        (
            "(i32.wrap_i64 (i64.trunc_f64_u (f64.const -1)))",
            Trap::IntegerOverflow,
        ),
        (
            "(call_indirect (result i32) (i32.const 0))",
            Trap::IndirectCallToNull,
        ),
        (
            "(call_indirect (result i32) (i32.const 9))",
            Trap::TableOutOfBounds,
        ),
        (
            "(call_indirect (result i32) (i32.const 1))",
            Trap::BadSignature,
        ),
    ];
    for (code, trap) in cases {
        let guest = format!(
            r#"(module (memory 1) (table 2 funcref) (elem (i32.const 1) $f) (func $f)
            (func (export "main") (result i32) {code}))"#
        );
        assert_eq!(run_guest(&guest), Exit::Trapped(trap), "{code}");
    }
}

/// Small module with every section that an app can have and the engine supports.
fn everything() -> Rc<[u8]> {
    let (data, copy) = DATA;
    wasm(&format!(
        r#"(module
    (@custom ".akira.manifest" "{{\"name\": \"app\", \"exec_timeout_ms\": 1}}")
    (import "env" "mem_alloc" (func $alloc (param i32) (result i32)))
    (import "env" "printf_native" (func $print (param i32) (result i32)))
    (table 2 funcref) (memory (export "memory") 1 2)
    (global $g (mut i32) (i32.const 0))
    (func $start (global.set $g (i32.const 1)))
    (start $start)
    (elem (i32.const 0) $start)
    {data}
    (func (export "main") (result i32)
        {copy}
        (call_indirect (i32.const 0))
        (drop (call $print (i32.const 0)))
        (call $alloc (i32.const 8))))"#
    ))
}

/// Installs an image, and runs it for a moment if it is admitted. Returns whether it was admitted.
fn provoke(runtime: &Runtime<Device, Real>, image: &[u8]) -> bool {
    let options = InstallOptions::default()
        .with_name("app")
        .with_grant(akira_runtime::abi::caps::CapabilitySet::from_bits(u64::MAX));
    let Ok(name) = runtime.install(Rc::from(image), &options) else {
        return false;
    };
    if runtime.start(&name).is_ok() {
        run_for(runtime, Duration::from_millis(3));
    }
    runtime.uninstall(&name).is_ok()
}

fn small() -> Runtime<Device, Real> {
    let mut config = Config::default();
    config.slice_fuel = 1_000;
    config.memory_bytes = 1 << 20;
    runtime(Real, config)
}

#[test]
fn every_cut_of_a_module_is_admitted_or_refused() {
    let module = everything();
    let runtime = small();
    let taken = (0..module.len())
        .filter(|end| provoke(&runtime, &module[..*end]))
        .count();
    assert!(
        taken < 8,
        "{taken} cuts were taken, which can only be those between sections"
    );
    assert!(provoke(&runtime, &module));
}

#[test]
fn every_byte_of_a_module_can_be_wrong_in_many_ways() {
    let module = everything().to_vec();
    let runtime = small();
    let mut taken = 0;
    for at in 0..module.len() {
        for change in [1, 2, 4, 8, 16, 32, 64, 128, 255, 0x7f] {
            let mut wrong = module.clone();
            wrong[at] ^= change;
            taken += usize::from(provoke(&runtime, &wrong));
        }
    }
    assert!(taken > 0, "some changes are only other modules");
    assert!(runtime.apps().is_empty());
}

#[test]
fn counts_that_lie_are_found_before_anything_is_allocated_for_them() {
    let sections = [1, 2, 3, 4, 5, 6, 7, 9, 10, 11];
    for section in sections {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        module.extend([section, 5, 0xff, 0xff, 0xff, 0xff, 0x0f]);
        assert!(
            try_install(&real(), module.into()).is_err(),
            "section {section}"
        );
    }
}

/// Returns a module of these sections.
fn sections(sections: &[&[u8]]) -> std::rc::Rc<[u8]> {
    [b"\0asm\x01\0\0\0", sections.concat().as_slice()]
        .concat()
        .into()
}

#[test]
fn a_module_of_another_form_than_the_binary_format_wants_is_not_installed() {
    const TYPES: &[u8] = b"\x01\x04\x01\x60\0\0";
    const FUNCTION: &[u8] = b"\x03\x02\x01\0";
    const MEMORY: &[u8] = b"\x05\x03\x01\0\x01";
    const MAIN: &[u8] = b"\x07\x08\x01\x04main\0\0";
    const CODE: &[u8] = b"\x0a\x04\x01\x02\0\x0b";
    let cases: [(&str, &[&[u8]]); 8] = [
        ("data before code", &[b"\x0b\x01\0", b"\x0a\x01\0"]),
        ("types after memory", &[MEMORY, TYPES]),
        ("two memory sections", &[MEMORY, MEMORY]),
        (
            "one import more than counted",
            &[TYPES, b"\x02\x09\x01\0\0\0\0\0\0\0\0"],
        ),
        (
            "one segment more than counted",
            &[MEMORY, b"\x0b\x0d\x01\0\x41\0\x0b\x01a\0\x41\0\x0b\x01b"],
        ),
        (
            "empty data without a memory",
            &[b"\x0b\x06\x01\0\x41\0\x0b\0"],
        ),
        (
            "a limit of six bytes",
            &[b"\x05\x08\x01\0\x82\x80\x80\x80\x80\0"],
        ),
        (
            "more pages than there are",
            &[b"\x05\x05\x01\0\x81\x80\x04"],
        ),
    ];
    for (what, bytes) in cases {
        let runtime = real();
        let refused = try_install(&runtime, sections(bytes));
        assert!(refused.is_err(), "{what}");
        assert!(runtime.apps().is_empty(), "{what}");
    }
    assert!(try_install(&real(), sections(&[TYPES, FUNCTION, MEMORY, MAIN, CODE])).is_ok());
}

/// Runs an app to its end, and returns the device's event for that end.
fn end_of(config: Config, text: &str) -> String {
    let runtime = runtime(Real, config);
    install(&runtime, "app", wasm(text));
    run_to_end(&runtime, "app");
    let events = runtime.board().take_events();
    let end = events.into_iter().find(|event| event.contains(" ended: "));
    end.expect("the app has ended")
}

#[test]
fn a_trap_comes_with_the_call_and_the_argument_that_brought_it_about() {
    let guest = r#"(module (import "env" "printf_native" (func $p (param i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "main") (result i32) (call $p (i32.const -16))))"#;
    assert_eq!(
        end_of(Config::default(), guest),
        "app ended: trapped: out of bounds memory access parameter 1 of printf_native is -16, restart None"
    );
    let own = r#"(module (import "env" "printf_native" (func $p (param i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "main") (result i32) (drop (call $p (i32.const 16))) (i32.load (i32.const -16))))"#;
    assert_eq!(
        end_of(Config::default(), own),
        "app ended: trapped: out of bounds memory access, restart None",
        "no call has to do with it"
    );
}

#[test]
fn an_app_that_never_waits_is_told_its_budget_and_how_to_raise_it() {
    let guest = r#"(module (@custom ".akira.manifest" "{\"exec_timeout_ms\": 20}")
        (func (export "main") (loop (br 0))))"#;
    let end = end_of(Config::default(), guest);
    let expected =
        "CPU budget used up over 20 ms without a wait: call delay, or raise exec_timeout_ms";
    assert!(end.contains(expected), "{end}");
}
