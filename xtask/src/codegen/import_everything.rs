//! Generates the app that imports every row of the table.

use akira_abi::{NativeCall, Support, ValType};

use super::wat_app::{WatApp, invoke};

const HEAD: &str = "Imports every row of the table, older types and refused calls too, and calls each with zeros. Nothing may trap
but what the app asks for at its end: it leaves through `exit`.";

/// Calls that end the app. The first is called last; the others are only imported.
const ENDING: &[&str] = &["exit", "abort", "abortStackOverflow", "__cxa_throw"];

/// Returns the text of the app.
pub(super) fn generate() -> String {
    let mut app = WatApp::new();
    let calls: Vec<_> = akira_abi::all().collect();
    let functions: Vec<u32> = calls.iter().map(|call| app.import(call)).collect();
    let mut exit = String::new();
    for (call, function) in calls.iter().zip(functions) {
        let text = invoke(function, call, &[0; 8]);
        if call.name == "exit" {
            exit = text;
        } else if is_called(call) {
            app.push(&counted(call, &text));
        }
    }
    app.say_count("called", "called");
    app.say_count("refused", "refused");
    app.say_count("absent", "absent");
    app.push(&exit);
    app.push("(unreachable)");
    app.finish(HEAD, &["called", "refused", "absent"], COUNT)
}

/// Returns whether the call is made. A call that a board lacks traps if it cannot return an errno.
fn is_called(call: &NativeCall) -> bool {
    let ends = ENDING.contains(&call.name);
    let may_trap = call.support == Support::Planned && call.wasm_result().is_none();
    !ends && !may_trap
}

fn counted(call: &NativeCall, text: &str) -> String {
    match call.wasm_result() {
        Some(ValType::I32) => format!("(call $count {text})"),
        Some(ValType::I64) => format!("(drop {text}) (call $count (i32.const 0))"),
        None => format!("{text} (call $count (i32.const 0))"),
    }
}

/// Clears the memory at address 0 after each call, so that the next one finds empty strings and
/// zeros there.
const COUNT: &str = "  (func $count (param $result i32)
    (memory.fill (i32.const 0) (i32.const 0) (i32.const 1024))
    (global.set $called (i32.add (global.get $called) (i32.const 1)))
    (global.set $refused (i32.add (global.get $refused) (i32.eq (local.get $result) (i32.const -1))))
    ;; -ENOSYS and -ENOTSUP
    (global.set $absent (i32.add (global.get $absent)
      (i32.or (i32.eq (local.get $result) (i32.const -38)) (i32.eq (local.get $result) (i32.const -95))))))
";
