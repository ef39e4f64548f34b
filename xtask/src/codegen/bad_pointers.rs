//! Generates the app that passes invalid addresses to every call that must survive them.

use akira_abi::{Length, NativeCall, OnFault, Param, ParamKind, Support, ValType};

use super::wat_app::{MEMORY, WatApp, invoke};

const HEAD: &str = "Hands addresses and lengths that leave the memory to every call that answers them with -EFAULT. Anything but an
error was let through, and is named. Its last call is one that must trap: after `now a trap` the app is dead.";

/// Valid buffer and its length.
const BUFFER: u32 = 2048;
const LENGTH: u32 = 64;

/// Returns the text of the app.
pub(super) fn generate() -> String {
    let mut app = WatApp::new();
    let calls: Vec<_> = akira_abi::all().filter(|call| survives(call)).collect();
    let functions: Vec<u32> = calls.iter().map(|call| app.import(call)).collect();
    let text = app.string("bad_pointers");
    for (call, function) in calls.iter().zip(functions) {
        let name = app.string(call.name);
        for arguments in attacks(call, text) {
            let call_text = invoke(function, call, &arguments);
            app.push(&format!("(call $judge {call_text} (i32.const {name}))"));
        }
    }
    app.say_count("faults", "faults");
    app.say_count("other errors", "errors");
    app.say_count("let through", "leaked");
    app.say("now a trap");
    app.push("(drop (call 0 (i32.const -16)))");
    app.say("still here");
    app.push("(i32.const 1)");
    app.finish(HEAD, &["faults", "errors", "leaked"], JUDGE)
}

fn survives(call: &NativeCall) -> bool {
    let offered = call.support == Support::Offered && call.wasm_result() == Some(ValType::I32);
    offered
        && call
            .params
            .iter()
            .any(|param| fault(param) == Some(OnFault::Errno))
}

fn fault(param: &Param) -> Option<OnFault> {
    match param.kind {
        ParamKind::Bytes { fault, .. } => Some(fault),
        _ => None,
    }
}

/// Returns the lists of arguments. In each, one buffer is invalid.
fn attacks(call: &NativeCall, text: u32) -> Vec<Vec<u32>> {
    let sound: Vec<u32> = call.params.iter().map(|param| sound(param, text)).collect();
    let mut attacks = Vec::new();
    for (index, param) in call.params.iter().enumerate() {
        if fault(param) != Some(OnFault::Errno) {
            continue;
        }
        // One address is so high that address and length overflow; the other is the last byte of
        // memory, with a length of more than one.
        for address in [u32::MAX - 15, MEMORY - 1] {
            attacks.push(with(&sound, index, address));
        }
        if let Some(length) = own_length(call, param) {
            attacks.push(with(&sound, length, u32::MAX));
        }
    }
    attacks
}

fn sound(param: &Param, text: u32) -> u32 {
    match param.kind {
        ParamKind::Str | ParamKind::Text => text,
        ParamKind::Bytes { .. } => BUFFER,
        ParamKind::Len => LENGTH,
        _ => 0,
    }
}

fn with(sound: &[u32], index: usize, value: u32) -> Vec<u32> {
    let mut arguments = sound.to_vec();
    arguments[index] = value;
    arguments
}

/// Returns the length parameter of this buffer, unless a buffer whose fault traps shares it.
fn own_length(call: &NativeCall, param: &Param) -> Option<usize> {
    let index = length_index(param)?;
    let mut sharing = call
        .params
        .iter()
        .filter(|other| length_index(other) == Some(index));
    let all_survive = sharing.all(|other| fault(other) == Some(OnFault::Errno));
    all_survive.then_some(index)
}

fn length_index(param: &Param) -> Option<usize> {
    match param.kind {
        ParamKind::Bytes {
            length: Length::Param(index),
            ..
        } => Some(usize::from(index)),
        _ => None,
    }
}

const JUDGE: &str = "  (func $judge (param $result i32) (param $name i32)
    (if (i32.eq (local.get $result) (i32.const -14))
      (then (global.set $faults (i32.add (global.get $faults) (i32.const 1))) (return)))
    (if (i32.lt_s (local.get $result) (i32.const 0))
      (then (global.set $errors (i32.add (global.get $errors) (i32.const 1))) (return)))
    (global.set $leaked (i32.add (global.get $leaked) (i32.const 1)))
    (drop (call 0 (local.get $name))))
";
