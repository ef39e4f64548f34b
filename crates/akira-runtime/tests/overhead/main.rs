//! What the small engine takes for a module is no more than it says, and all of it comes back.

mod allocations;

use akira_runtime::engine::{Engine, Host, Instance, Interrupt, Limits, Spacewasm, Step};
use akira_runtime::module::Module;

/// A host that answers every call with 0. Its links are as large as those of a device.
struct Silent;

impl Host for Silent {
    type Link = [usize; 5];

    fn enter(&mut self, _: Self::Link, _: &[u32], _: &mut [u8]) -> Result<i64, Interrupt> {
        Ok(0)
    }

    fn take_charge(&mut self) -> u64 {
        0
    }
}

const LIMITS: Limits = Limits {
    memory_bytes: 1 << 20,
    guest_memory_bytes: 1 << 20,
    page_bytes: 1 << 16,
    table_elements: 10_000,
    stack_bytes: 4 << 10,
    call_depth: 100,
};

/// Loads and runs a module, and returns what it took beside memory, stack and table, and what it may take.
fn overhead(module: &[u8]) -> (u64, u64) {
    let parsed = Module::parse(module).expect("it is a module");
    let memory = parsed.memory().expect("it has sections");
    let links = vec![[0; 5]; parsed.imports().expect("it has sections").count()];
    let peak = allocations::peak_of(|| {
        let loaded = Spacewasm.load(module, &links, Silent, LIMITS);
        let mut loaded = loaded.expect("it is loaded");
        assert!(matches!(loaded.start("main", 100_000), Step::Finished(_)));
    });
    let apart = memory.map_or(0, |memory| memory.minimum_bytes())
        + u64::from(LIMITS.stack_bytes)
        + parsed.table_elements().expect("it has sections") * 16;
    (
        peak.saturating_sub(apart),
        Spacewasm.overhead_bytes(&parsed),
    )
}

/// Operations of which a function may have many.
const CODE: [&str; 11] = [
    "(i64.store (i32.const 0) (i64.load (i32.const 0)))",
    "(drop (i32.const 1)) (drop (i64.const 1))",
    "(drop (i32.const -1)) (drop (f32.const 1))",
    "(global.set $g (global.get $g))",
    "(local.set 0 (local.get 0))",
    "(if (i32.const 0) (then) (else))",
    "(block (br 0))",
    "(block (br_if 0 (local.get 0)))",
    "(block (br_table 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 (local.get 0)))",
    "(call $f)",
    "(block (loop))",
];

/// Parts of a module of which there may be many; `#` is the number of one.
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

/// Modules with many of one thing.
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
        let (taken, most) = overhead(&module);
        assert!(taken <= most, "{name}: {taken} of {most} bytes");
    }
}

#[test]
fn an_instance_gives_everything_back() {
    for (name, module) in modules() {
        let before = allocations::held();
        overhead(&module);
        assert_eq!(allocations::held(), before, "{name}");
    }
}
