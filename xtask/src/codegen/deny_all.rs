//! Generates the app that requests no capability and makes every call.

use akira_abi::{NativeCall, Needs, Ret};

use super::wat_app::{WatApp, invoke};

const HEAD: &str = "Asks for no capability and makes every call that needs one. Each must be refused with the value that the
table says, or be absent from this board; what else it returns was let through, and is named.
Returns the number that was let through.";

/// Returns the text of the app.
pub(super) fn generate() -> String {
    let mut app = WatApp::new();
    let calls: Vec<_> = akira_abi::all().filter(|call| asks(call)).collect();
    let functions: Vec<u32> = calls.iter().map(|call| app.import(call)).collect();
    for (call, function) in calls.iter().zip(functions) {
        let name = app.string(call.name);
        let call_text = invoke(function, call, &[0; 8]);
        let call_text = match call.result {
            Ret::Flag => format!("(call $yes_or_no {call_text})"),
            _ => call_text,
        };
        app.push(&format!(
            "(call $judge {call_text} (i32.const {}) (i32.const {name}))",
            call.denied.number()
        ));
    }
    app.say_count("refused", "refused");
    app.say_count("absent", "absent");
    app.say_count("let through", "leaked");
    app.push("(global.get $leaked)");
    app.finish(HEAD, &["refused", "absent", "leaked"], JUDGE)
}

/// Returns whether the call is made. A call without an i32 result cannot show a refusal.
fn asks(call: &NativeCall) -> bool {
    call.needs != Needs::Nothing && call.wasm_result() == Some(akira_abi::ValType::I32)
}

const JUDGE: &str = "  ;; A module that is not there answers with no.
  (func $yes_or_no (param $result i32) (result i32)
    (if (result i32) (local.get $result) (then (local.get $result)) (else (i32.const -38))))
  (func $judge (param $result i32) (param $denied i32) (param $name i32)
    (if (i32.eq (local.get $result) (local.get $denied))
      (then (global.set $refused (i32.add (global.get $refused) (i32.const 1))) (return)))
    ;; -ENOSYS and -ENOTSUP
    (if (i32.or (i32.eq (local.get $result) (i32.const -38)) (i32.eq (local.get $result) (i32.const -95)))
      (then (global.set $absent (i32.add (global.get $absent) (i32.const 1))) (return)))
    (global.set $leaked (i32.add (global.get $leaked) (i32.const 1)))
    (drop (call 0 (local.get $name))))
";
