//! wasmi 2.0.0 translates blocks that have parameters wrongly, which is why admission refuses them.
//!
//! In its translator `find_next_local` counts locals where it should count operands: below the parameters of a block, a
//! `local.get` is not preserved. The function then reads what an earlier call left on the stack, or what the local holds
//! later. These modules are loaded past admission; each would return 77. When one does, wasmi is repaired, and the rule in
//! admission can go.

use crate::run::{finish, load_past_admission};
use akira_runtime::engine::Wasmi;

/// Leaves words on the stack, and calls `$f` with 77.
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
        assert_ne!(
            result,
            akira_runtime::engine::Step::Finished(77),
            "{function}"
        );
    }
}
