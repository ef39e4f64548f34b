//! Tests of modules that AkiraOS accepts and a conforming engine rejects.

use crate::device::{install, real, run_to_end, wasm};
use akira_runtime::Exit;
use akira_runtime::module::{Module, ModuleError, Purpose, START_EXPORT, Sanitised, sanitise};

/// Module with a start function, and an own export under the name that the runtime gives to the
/// start function.
const OWN_START_EXPORT: &str = r#"(module
    (global $ready (mut i32) (i32.const 0))
    (func $start (global.set $ready (i32.const 7)))
    (func $other (global.set $ready (i32.const 8)))
    (func (export "main") (result i32) (global.get $ready))
    (export "\00start" (func $other))
    (start $start))"#;

#[test]
fn an_export_under_the_name_of_the_start_function_gives_way() {
    let image = wasm(OWN_START_EXPORT);
    let module = Module::parse(&image).expect("it is a module");
    let sanitised = sanitise(&module, 0, Purpose::Load).expect("its sections can be read");
    let rewritten = Module::parse(sanitised.as_ref()).expect("it can be read again");
    let exports = rewritten.exports().expect("it has exports");
    let names: Vec<_> = exports
        .map(|export| export.expect("it is sound").0)
        .collect();
    assert_eq!(names, ["main", START_EXPORT]);
    assert!(matches!(
        sanitise(&rewritten, 0, Purpose::Load),
        Ok(Sanitised::Original(_))
    ));
}

#[test]
fn the_start_function_runs_and_not_an_export_of_its_name() {
    let runtime = real();
    install(&runtime, "guest", wasm(OWN_START_EXPORT));
    assert_eq!(run_to_end(&runtime, "guest"), Exit::Returned(7));
}

#[test]
fn a_mended_copy_leaves_out_what_engines_ignore() {
    let image = wasm(&format!(
        r#"(module (@custom "first" "{0}") (func $start) (@custom "last" (after last) "{0}") (start $start))"#,
        "x".repeat(10_000)
    ));
    let module = Module::parse(&image).expect("it is a module");
    let Ok(Sanitised::Rewritten(copy)) = sanitise(&module, 0, Purpose::Load) else {
        panic!("its start function is rewritten");
    };
    assert!(copy.capacity() < 200, "{} bytes", copy.capacity());
}

#[test]
fn what_comes_after_the_last_import_does_not_become_the_next_one() {
    // The import section declares no imports but has the bytes of one with empty names; a memory
    // follows.
    let image = [
        &b"\0asm\x01\0\0\0"[..],
        &[1, 5, 1, 0x60, 1, 0x7f, 0],
        &[2, 5, 0, 0, 0, 0, 0],
        &[5, 3, 1, 0, 1],
    ]
    .concat();
    let module = Module::parse(&image).expect("its sections can be told apart");
    let mut imports = module.imports().expect("the count can be read");
    assert_eq!(imports.next(), Some(Err(ModuleError::Malformed(18))));
    assert_eq!(imports.next(), None);
    let refused = sanitise(&module, 0, Purpose::LoadForWasmi);
    assert!(matches!(refused, Err(ModuleError::Malformed(18))));
}

#[test]
fn nothing_comes_after_the_last_export() {
    let image = [&b"\0asm\x01\0\0\0"[..], &[7, 5, 1, 1, b'm', 0, 0]].concat();
    let longer = [&b"\0asm\x01\0\0\0"[..], &[7, 6, 1, 1, b'm', 0, 0, 0]].concat();
    let count = |image: &[u8]| {
        let module = Module::parse(image).expect("its section can be found");
        let exports = module.exports().expect("the count can be read");
        exports.collect::<Result<Vec<_>, _>>().map(|all| all.len())
    };
    assert_eq!(count(&image), Ok(1));
    assert_eq!(count(&longer), Err(ModuleError::Malformed(15)));
}
