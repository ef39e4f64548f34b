//! Which modules are let in, and what of them is run.

use crate::device::{install, real, run_guest, run_to_end, wasm};
use akira_runtime::module::{ImportKind, Module, ModuleError};
use akira_runtime::{Exit, InstallError, InstallOptions, Trap};
use std::rc::Rc;

#[test]
fn each_usual_entry_name_is_found_in_its_order() {
    for name in ["main", "__main_argc_argv", "_main"] {
        let guest = format!(r#"(module (func (export "{name}") (result i32) (i32.const 5)))"#);
        assert_eq!(run_guest(&guest), Exit::Returned(5), "{name}");
    }
    let both = r#"(module
        (func (export "_main") (result i32) (i32.const 1))
        (func (export "__main_argc_argv") (result i32) (i32.const 2))
        (func (export "main") (result i32) (i32.const 3)))"#;
    assert_eq!(run_guest(both), Exit::Returned(3));
}

#[test]
fn the_manifest_names_the_entry() {
    let guest = r#"(module
        (@custom ".akira.manifest" "{\"entry\": \"go\"}")
        (func (export "main") (result i32) (i32.const 1))
        (func (export "go") (result i32) (i32.const 2)))"#;
    assert_eq!(run_guest(guest), Exit::Returned(2));
}

#[test]
fn an_entry_that_the_module_does_not_export_is_passed_over() {
    let guest = r#"(module
        (@custom ".akira.manifest" "{\"entry\": \"_start\"}")
        (func (export "main") (result i32) (i32.const 1)))"#;
    assert_eq!(run_guest(guest), Exit::Returned(1));
}

#[test]
fn the_entry_may_take_argc_and_argv_which_are_zero() {
    let guest = r#"(module (func (export "main") (param i32 i32) (result i32)
        (i32.or (local.get 0) (local.get 1))))"#;
    assert_eq!(run_guest(guest), Exit::Returned(0));
}

#[test]
fn an_entry_without_result_returns_0() {
    assert_eq!(
        run_guest(r#"(module (func (export "main")))"#),
        Exit::Returned(0)
    );
}

#[test]
fn an_entry_of_any_other_type_is_called_with_zeros() {
    let guest = r#"(module (func (export "main") (param i64 f32) (result i32)
        (i32.wrap_i64 (local.get 0))))"#;
    assert_eq!(run_guest(guest), Exit::Returned(0));
}

#[test]
fn a_module_without_entry_ends_cleanly() {
    assert_eq!(run_guest("(module)"), Exit::Returned(0));
    assert_eq!(
        run_guest(r#"(module (memory (export "main") 1))"#),
        Exit::Returned(0)
    );
}

#[test]
fn a_start_section_runs_before_the_entry() {
    let guest = r#"(module (global $g (mut i32) (i32.const 0))
        (func $s (global.set $g (i32.const 9))) (start $s)
        (func (export "main") (result i32) (global.get $g)))"#;
    assert_eq!(run_guest(guest), Exit::Returned(9));
}

#[test]
fn a_start_section_that_spins_is_ended_by_its_budget() {
    let guest = r#"(module
        (@custom ".akira.manifest" "{\"exec_timeout_ms\": 20}")
        (func $s (loop (br 0))) (start $s)
        (func (export "main") (result i32) (i32.const 0)))"#;
    assert_eq!(run_guest(guest), Exit::Trapped(Trap::OutOfCpu));
}

#[test]
fn of_exports_with_the_same_name_the_first_counts() {
    // `wat` refuses the name twice, so it is spelled differently and patched.
    let guest = r#"(module
        (func (export "main") (result i32) (i32.const 1))
        (func (export "mairn") (param i32 i32) (result i32) (i32.const 2)))"#;
    let bytes = wasm(&guest.replace("mairn", "maim"));
    let at = bytes
        .windows(4)
        .rposition(|window| window == b"maim")
        .expect("it is there");
    let mut bytes = bytes.to_vec();
    bytes[at + 3] = b'n';
    let runtime = real();
    install(&runtime, "twice", bytes.into());
    assert_eq!(run_to_end(&runtime, "twice"), Exit::Returned(1));
}

#[test]
fn a_call_that_the_board_lacks_returns_enosys() {
    let guest = r#"(module (import "env" "adc_read" (func $f (param i32) (result i32)))
        (func (export "main") (result i32) (call $f (i32.const 0))))"#;
    assert_eq!(run_guest(guest), Exit::Returned(-38));
}

#[test]
fn an_import_that_no_table_has_traps_only_when_called() {
    let guest = |call: &str| {
        format!(
            r#"(module (import "env" "no_such_call" (func $f (param f64 i64) (result f32)))
            (func (export "main") (result i32) {call} (i32.const 3)))"#
        )
    };
    assert_eq!(run_guest(&guest("")), Exit::Returned(3));
    let called = guest("(drop (call $f (f64.const 1) (i64.const 2)))");
    assert_eq!(run_guest(&called), Exit::Trapped(Trap::Unlinked));
}

#[test]
fn a_known_name_with_an_unknown_type_traps_when_called() {
    let guest = r#"(module (import "env" "gpio_read" (func $f (param i64) (result i64)))
        (func (export "main") (result i32) (drop (call $f (i64.const 0))) (i32.const 0)))"#;
    assert_eq!(run_guest(guest), Exit::Trapped(Trap::Unlinked));
}

#[test]
fn each_row_of_the_table_links_under_each_of_its_types() {
    for row in akira_runtime::abi::all() {
        let ty = |ty| {
            if ty == akira_runtime::abi::ValType::I32 {
                "i32 "
            } else {
                "i64 "
            }
        };
        let params: String = row.wasm_params().map(ty).collect();
        let result: String = row.wasm_result().map(ty).into_iter().collect();
        let guest = format!(
            r#"(module (import "{}" "{}" (func (param {params}) (result {result}))) (memory (export "memory") 1)
            (func (export "main") (result i32) (i32.const 4)))"#,
            row.module, row.name
        );
        assert_eq!(run_guest(&guest), Exit::Returned(4), "{}", row.name);
    }
}

#[test]
fn an_import_finds_its_type_among_many_wherever_that_stands() {
    const TYPES: usize = 100;
    let types: String = (0..TYPES)
        .map(|count| format!("(type (func {}))", "(param i64)".repeat(count)))
        .collect();
    for at in [0, 1, 31, 32, 33, 63, 64, TYPES - 1] {
        let image = wasm(&format!(
            r#"(module {types} (import "x" "y" (func (type {at}))))"#
        ));
        let module = Module::parse(&image).expect("it is a module");
        let imports = module.imports().expect("it has imports");
        let kinds: Vec<_> = imports
            .map(|import| import.expect("it is valid").kind)
            .collect();
        let [ImportKind::Function(signature)] = kinds[..] else {
            panic!("{kinds:?}");
        };
        assert_eq!((signature.params.len(), signature.results.len()), (at, 0));
    }
    let image = wasm(&format!(
        r#"(module {types} (import "x" "y" (func (type {TYPES}))))"#
    ));
    let module = Module::parse(&image).expect("it is a module");
    let mut imports = module.imports().expect("it has imports");
    assert!(matches!(
        imports.next(),
        Some(Err(ModuleError::Malformed(_)))
    ));
}

#[test]
fn imports_that_are_no_functions_are_refused() {
    let runtime = real();
    for import in ["(memory 1)", "(table 1 funcref)", "(global i32)"] {
        let image: Rc<[u8]> = wasm(&format!(r#"(module (import "env" "x" {import}))"#));
        let options = InstallOptions::default().with_name("app");
        let error = runtime.install(image, &options);
        assert_eq!(
            error,
            Err(InstallError::Import(String::from("env.x"))),
            "{import}"
        );
    }
}

#[test]
fn features_that_are_off_are_refused() {
    let runtime = real();
    let guests = [
        r#"(module (memory i64 1))"#,
        r#"(module (memory 1) (memory 1))"#,
        r#"(module (memory 1 1 shared))"#,
        r#"(module (func $f (return_call $f)))"#,
        r#"(module (func (drop (v128.const i32x4 0 0 0 0))))"#,
    ];
    for guest in guests {
        let options = InstallOptions::default().with_name("app");
        assert!(runtime.install(wasm(guest), &options).is_err(), "{guest}");
    }
}
