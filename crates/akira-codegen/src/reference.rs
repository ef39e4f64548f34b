//! Generator of a reference page of native calls in Markdown.

use akira_abi::caps::VendorCapability;
use akira_abi::{CallTable, Mode, NativeCall, Param, ParamKind, Ret};

use crate::Codegen;
use crate::text::{bound, doc, heading, not_written};

impl Codegen {
    /// Returns a page of Markdown: `introduction`, then each call with its types, its effect and
    /// the capability that it needs.
    pub fn reference(&self, introduction: &str) -> String {
        let mut text = format!("<!-- {} -->\n\n{introduction}", self.notice);
        for table in self.tables().filter(|table| bound(table).next().is_some()) {
            section(&mut text, table, self.vendors);
        }
        text
    }
}

fn section(text: &mut String, table: &CallTable, vendors: &[VendorCapability]) {
    text.push_str(&format!("\n## {}\n", heading(table.name)));
    for call in bound(table) {
        text.push_str(&format!("\n### `{}`\n\n", signature(call)));
        if call.mode == Mode::Suspending {
            text.push_str("*May wait; other apps run meanwhile.* ");
        }
        text.push_str(&doc(call, vendors));
        text.push('\n');
    }
}

fn signature(call: &NativeCall) -> String {
    let params: Vec<String> = call.params.iter().map(parameter).collect();
    let result = match call.result {
        Ret::Void => "",
        Ret::Status | Ret::Value | Ret::Flag => " -> i32",
        Ret::Address | Ret::Allocation => " -> address",
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
        ParamKind::Str | ParamKind::Text => "string",
        ParamKind::Address => "address",
        ParamKind::Bytes { .. } => "bytes",
        kind => not_written(kind),
    };
    format!("{}: {kind}", param.name)
}
