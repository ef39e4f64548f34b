//! Tests with modules that have many of one construct.

use crate::measure;
use akira_runtime::engine::{Spacewasm, Wasmi};
use akira_runtime_testing::allocations;

/// Operations that are repeated within a function.
const CODE: [&str; 12] = [
    "(i64.store (i32.const 0) (i64.load (i32.const 0)))",
    "(drop (i32.const 1)) (drop (i64.const 1))",
    "(drop (i32.const -1)) (drop (f32.const 1))",
    "(global.set $g (global.get $g))",
    "(local.set 0 (local.get 0))",
    "(local.set 0 (select (i32.const 1) (i32.const 2) (i32.eqz (local.get 0))))",
    "(if (i32.const 0) (then) (else))",
    "(block (br 0))",
    "(block (br_if 0 (local.get 0)))",
    "(block (br_table 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 (local.get 0)))",
    "(call $f)",
    "(block (loop))",
];

/// Parts of a module that are repeated; `#` is replaced by the number of the part.
const PARTS: [&str; 8] = [
    "(func)",
    "(func (local i32) (local i64) (local i32))",
    "(global i32 (i32.const 0))",
    "(type (func))",
    "(type (func (param i32 i64 i32 i64 i32 i64 i32 i64)))",
    r#"(import "env" "an_import_with_a_name_of_forty_bytes_#" (func))"#,
    r#"(export "an export with number #" (func 0))"#,
    r#"(data (i32.const 0) "some text")"#,
];

/// Returns a function with a `br_table` to many nested blocks.
fn br_table(targets: usize, blocks: usize) -> String {
    let depths = (0..targets).map(|target| (target % blocks).to_string() + " ");
    let table = format!("(br_table {} (local.get 0))", depths.collect::<String>());
    let nested = (0..blocks).fold(table, |inner, _| format!("(block {inner})"));
    format!("(func (local i32) {nested})")
}

/// Returns modules with many of one construct.
fn modules() -> Vec<(String, Vec<u8>)> {
    let mut texts = vec![String::new()];
    for count in [10, 100, 1_000] {
        let code = CODE.iter().map(|code| code.repeat(count));
        texts.extend(code.map(|code| format!("(func (local i32) {code})")));
        let part = |part: &str| {
            (0..count)
                .map(|index| part.replace('#', &index.to_string()))
                .collect()
        };
        texts.extend(PARTS.map(part));
        let functions = "0 ".repeat(count);
        texts.push(format!(
            "(table {count} funcref) (elem (i32.const 0) {functions})"
        ));
    }
    // A few more targets than a power of two, at which a growing buffer has just doubled.
    for targets in [260, 516, 1_030, 2_052] {
        texts.push(br_table(targets, 100));
    }
    let assemble = |text: String| {
        let rest =
            r#"(memory 1) (global $g (mut i64) (i64.const 0)) (func $f) (func (export "main"))"#;
        let name = text.chars().take(60).collect();
        let module = format!("(module {text} {rest})");
        (name, wat::parse_str(module).expect("the text is right"))
    };
    texts.into_iter().map(assemble).collect()
}

#[test]
fn no_module_takes_more_than_its_admission_counts() {
    for (name, module) in modules() {
        for (engine, taken) in [
            ("wasmi", measure(&Wasmi, &module)),
            ("spacewasm", measure(&Spacewasm, &module)),
        ] {
            let taken = taken.unwrap_or_else(|| panic!("{name}: {engine} refuses it"));
            assert!(taken.peak <= taken.admitted, "{name}: {engine}: {taken:?}");
        }
    }
}

#[test]
fn an_instance_gives_everything_back() {
    for (name, module) in modules() {
        let before = allocations::held();
        measure(&Wasmi, &module);
        measure(&Spacewasm, &module);
        assert_eq!(allocations::held(), before, "{name}");
    }
}
