//! Tests of translation bugs in wasmi 2.0.0. When a test finds correct behaviour, wasmi is fixed,
//! and the workaround can be removed.
//!
//! **Blocks that have parameters**: admission refuses them. In wasmi's translator `find_next_local`
//! counts locals where it should count operands. Below the parameters of a block, a `local.get` is
//! therefore not preserved. The function then reads old content of the stack, or a later value of
//! the local. These modules are loaded without admission; each should return 77.
//!
//! **A `select` on a local that is compared with 0**: such code is changed when it is loaded. In
//! wasmi's translator `try_fuse_select` drops the comparison and keeps the register that would have
//! held its result.

use crate::run::{finish, load_past_admission};
use akira_runtime::engine::{Engine, Spacewasm, Step, Wasmi};

/// Returns a module that leaves known words on the stack and then calls `$f` with 77.
fn module(function: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            {function}
            (func $fill (param i64 i64 i64 i64) (result i64) (local i64 i64 i64 i64 i64 i64)
                i64.const 0x5ec2e7
                local.tee 4 local.tee 5 local.tee 6 local.tee 7 local.tee 8 local.tee 9
                local.get 4 i64.add local.get 5 local.get 6 i64.mul i64.add)
            (func (export "main") (result i32)
                i64.const 0x5ec1 i64.const 0x5ec2 i64.const 0x5ec3 i64.const 0x5ec4 call $fill drop
                i32.const 77 i32.const CONDITION call $f))"#
    );
    let condition = if function.contains("if (param") {
        "0"
    } else {
        "1"
    };
    wat::parse_str(text.replace("CONDITION", condition)).expect("it is valid")
}

#[test]
fn wasmi_returns_something_else_from_blocks_with_parameters() {
    let functions = [
        "(func $f (param $x i32) (param $c i32) (result i32)
            local.get $x i32.const 1 local.get $c
            if (param i32) drop local.get $x loop end drop else drop end)",
        "(func $f (param $x i32) (param $c i32) (result i32) (local $z i32)
            local.get $x i32.const 1
            block (param i32) drop local.get $c br_if 0 i32.const 5 local.set $x end)",
        "(func $f (param $x i32) (param $c i32) (result i32)
            local.get $x i32.const 1
            loop (param i32)
                drop i32.const 5 local.set $x local.get $c
                if i32.const 0 local.set $c i32.const 1 br 1 end
            end)",
    ];
    for function in functions {
        let result = finish(
            &mut load_past_admission(&Wasmi, &module(function)).expect("it loads"),
            "main",
        );
        assert_ne!(result, Step::Finished(77), "{function}");
    }
}

/// Conditions on `$r` that an engine may fuse with the following `select`, and whether they hold if
/// `$r` is 0.
const CONDITIONS: [(&str, bool); 14] = [
    ("(i32.eqz (local.get $r))", true),
    ("(i32.eq (local.get $r) (i32.const 0))", true),
    ("(i32.eq (i32.const 0) (local.get $r))", true),
    ("(i32.ne (local.get $r) (i32.const 0))", false),
    ("(i32.eqz (i32.eqz (local.get $r)))", false),
    ("(i32.eqz (call $same (local.get $r)))", true),
    ("(i32.eqz (local.get $r)) nop nop", true),
    ("(loop (result i32) (i32.eqz (local.get $r)))", true),
    ("(i32.eqz (local.get $r)) local.get $r local.set $r", true),
    ("(i32.eqz (local.get $r)) local.get 200 local.set 200", true),
    ("(i32.eqz (local.get $r)) i32.const 0 br_if $all", true),
    (
        "(i32.eqz (local.get $r)) (local.set $r (select (local.get $r) (local.get $r) (i32.const 1)))",
        true,
    ),
    ("(i32.eqz (local.get $r)) (i32.const 0x80) drop", true),
    (
        "(i32.eq (local.get $r) (i32.sub (i32.const 128) (i32.const 128)))",
        true,
    ),
];

/// Returns a module that selects three times, since the register may be correct by chance at first.
/// The result is 38 if the condition holds, else 5.
fn selecting(condition: &str, select: &str) -> Vec<u8> {
    let zeros = "i32 ".repeat(200);
    // Spacewasm refuses a table with this element segment even if it is unused.
    let table = match condition.contains("table") {
        true => "(table 8 funcref) (elem (i32.const 7) func 0)",
        false => "",
    };
    let text = format!(
        r#"(module
            {table}
            (func $same (param i32) (result i32) local.get 0)
            (func $select (param $r i32) (result i32) (local {zeros})
                (block $all (result i32) i32.const 38 i32.const 5 {condition} {select}))
            (func $thrice (param i32) (result i32)
                (drop (call $select (local.get 0)))
                (drop (call $select (local.get 0)))
                (call $select (local.get 0)))
            (func (export "zero") (result i32) (call $thrice (i32.const 0)))
            (func (export "other") (result i32) (call $thrice (i32.const 7))))"#
    );
    wat::parse_str(text).expect("it is valid")
}

fn hold_selects<E: Engine>(engine: &E, condition: &str, holds_at_zero: bool, select: &str) {
    let module = selecting(condition, select);
    let mut instance = load_past_admission(engine, &module).expect("it loads");
    let expected = if holds_at_zero { [38, 5] } else { [5, 38] };
    for (export, expected) in ["zero", "other"].into_iter().zip(expected) {
        assert_eq!(
            finish(&mut instance, export),
            Step::Finished(expected),
            "{export}: {condition} {select}"
        );
    }
}

#[test]
fn both_engines_select_by_a_comparison_with_zero() {
    for (condition, holds_at_zero) in CONDITIONS {
        hold_selects(&Spacewasm, condition, holds_at_zero, "select");
        hold_selects(&Wasmi, condition, holds_at_zero, "select");
        hold_selects(&Wasmi, condition, holds_at_zero, "select (result i32)");
    }
    let is_null = "(ref.is_null (table.get 0 (local.get $r)))";
    hold_selects(&Wasmi, is_null, true, "select");
}

#[test]
fn wasmi_alone_selects_by_a_stale_register() {
    let module = selecting("(i32.eqz (local.get $r))", "select");
    let engine = wasmi::Engine::default();
    let module = wasmi::Module::new(&engine, &module).expect("it is valid");
    let mut store = wasmi::Store::new(&engine, ());
    let instance = wasmi::Instance::new(&mut store, &module, &[]).expect("it imports nothing");
    let zero = instance
        .get_typed_func::<(), i32>(&store, "zero")
        .expect("it is exported");
    assert_ne!(zero.call(&mut store, ()).expect("it returns"), 38);
}
