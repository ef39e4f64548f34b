//! What becomes of modules that AkiraOS accepts and a conforming engine does not.

use crate::device::{install, real, run_to_end, wasm};
use akira_runtime::Exit;
use akira_runtime::module::{Module, Purpose, START_EXPORT, Sanitised, sanitise};

/// A module with a start function and an export of its own under the name that this gets.
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
    let mended = Module::parse(sanitised.as_ref()).expect("it can be read again");
    let exports = mended.exports().expect("it has exports");
    let names: Vec<_> = exports
        .map(|export| export.expect("it is sound").0)
        .collect();
    assert_eq!(names, ["main", START_EXPORT]);
    assert!(matches!(
        sanitise(&mended, 0, Purpose::Load),
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
    let Ok(Sanitised::Mended(copy)) = sanitise(&module, 0, Purpose::Load) else {
        panic!("its start function is mended");
    };
    assert!(copy.capacity() < 200, "{} bytes", copy.capacity());
}
