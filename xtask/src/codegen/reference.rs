//! The book's reference of native calls.

use akira_abi::{Area, Mode, NativeCall, Param, ParamKind, Ret};

use super::text::{NOTICE, bound, doc};

/// Returns the chapter.
pub(super) fn generate() -> String {
    let mut text = format!("<!-- {NOTICE} -->\n\n{HEAD}");
    for (area, calls) in bound() {
        if !calls.is_empty() {
            section(&mut text, area, &calls);
        }
    }
    text
}

fn section(text: &mut String, area: Area, calls: &[&NativeCall]) {
    text.push_str(&format!("\n## {area:?}\n"));
    for call in calls {
        text.push_str(&format!("\n### `{}`\n\n", signature(call)));
        if call.mode == Mode::Suspending {
            text.push_str("*May wait; other apps run meanwhile.* ");
        }
        text.push_str(&doc(call));
        text.push('\n');
    }
}

fn signature(call: &NativeCall) -> String {
    let params: Vec<String> = call.params.iter().map(parameter).collect();
    let result = match call.result {
        Ret::Void => "",
        Ret::Status | Ret::Value => " -> i32",
        Ret::Address => " -> address",
        Ret::I64 => " -> i64",
    };
    format!(
        "{}.{}({}){result}",
        call.module,
        call.name,
        params.join(", ")
    )
}

fn parameter(param: &Param) -> String {
    let kind = match param.kind {
        ParamKind::U32 | ParamKind::Len => "u32",
        ParamKind::I32 => "i32",
        ParamKind::I64 => "i64",
        ParamKind::Str => "string",
        ParamKind::Address => "address",
        ParamKind::Bytes { .. } => "bytes",
    };
    format!("{}: {kind}", param.name)
}

const HEAD: &str = "# Native calls

What apps may import, from the table that also makes the runtime's linking, the C header and the Rust bindings. A string ends
with a NUL; bytes are an address whose length another parameter tells, or the call itself. A status is 0 or a
positive result, or a negative errno. A call whose capability the app lacks returns `-EPERM`, and one that the board lacks
`-ENOSYS`.
";
