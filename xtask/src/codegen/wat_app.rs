//! Builder for the text of an app that goes through the call table: imports, strings, calls, a
//! summary.

use std::fmt::Write;

use akira_abi::{NativeCall, ValType};

use super::NOTICE;

/// Size of the memory. Its first bytes are for the calls' output.
pub(super) const MEMORY: u32 = 65536;
/// Size of the area for the calls' output, and for empty strings and buffers.
const SCRATCH: u32 = 1024;
/// Length of a label, before the four digits of its number.
const LABEL: usize = 16;

/// App under construction.
pub(super) struct WatApp {
    imports: String,
    strings: String,
    body: String,
    functions: u32,
    next_string: u32,
    print: u32,
}

impl WatApp {
    /// Starts an app that can print.
    pub(super) fn new() -> Self {
        let mut app = Self {
            imports: String::new(),
            strings: String::new(),
            body: String::new(),
            functions: 0,
            next_string: SCRATCH * 4,
            print: 0,
        };
        app.print = app.import(&akira_abi::log::PRINTF_NATIVE);
        app
    }

    /// Adds an import. Returns its index.
    pub(super) fn import(&mut self, call: &NativeCall) -> u32 {
        let params: String = call
            .wasm_params()
            .map(|t| format!(" {}", name(t)))
            .collect();
        let result = call
            .wasm_result()
            .map_or(String::new(), |t| format!(" (result {})", name(t)));
        let (module, import) = (call.module.name(), call.name);
        self.imports.push_str(&format!(
            "  (import \"{module}\" \"{import}\" (func (param{params}){result}))\n"
        ));
        self.functions += 1;
        self.functions - 1
    }

    /// Adds a string. Returns its address.
    pub(super) fn string(&mut self, text: &str) -> u32 {
        let at = self.next_string;
        self.strings
            .push_str(&format!("  (data (i32.const {at}) \"{text}\\00\")\n"));
        self.next_string += text.len() as u32 + 1;
        at
    }

    /// Adds one or several instructions to `main`.
    pub(super) fn push(&mut self, instructions: &str) {
        self.body.push_str("    ");
        self.body.push_str(instructions);
        self.body.push('\n');
    }

    /// Adds code that logs a line.
    pub(super) fn say(&mut self, text: &str) {
        let (at, print) = (self.string(text), self.print);
        self.push(&format!("(drop (call {print} (i32.const {at})))"));
    }

    /// Adds code that logs a line with the current value of a global.
    pub(super) fn say_count(&mut self, label: &str, global: &str) {
        let at = self.string(&format!("{label:<LABEL$}0000"));
        self.push(&format!(
            "(call $report (i32.const {at}) (global.get ${global}))"
        ));
    }

    /// Returns the module. `head` is its leading comment, `functions` are its additional functions.
    pub(super) fn finish(self, head: &str, globals: &[&str], functions: &str) -> String {
        let mut text = format!(";; {NOTICE}\n");
        for line in head.lines() {
            text.push_str(&format!(";; {line}\n"));
        }
        text.push_str("(module\n");
        text.push_str(&self.imports);
        text.push_str("  (memory (export \"memory\") 1 1)\n");
        text.push_str(&self.strings);
        for global in globals {
            // Writing to a string always succeeds.
            let _ = writeln!(text, "  (global ${global} (mut i32) (i32.const 0))");
        }
        text.push_str(&REPORT.replace("$print", &self.print.to_string()));
        text.push_str(functions);
        text.push_str("  (func (export \"main\") (result i32)\n");
        text.push_str(&self.body);
        text.push_str("  )\n)\n");
        text
    }
}

/// Returns the call of a function with constant arguments.
pub(super) fn invoke(function: u32, call: &NativeCall, arguments: &[u32]) -> String {
    let types = call.wasm_params();
    let arguments: String = types
        .zip(arguments)
        .map(|(kind, value)| format!(" ({}.const {})", name(kind), *value as i32))
        .collect();
    format!("(call {function}{arguments})")
}

fn name(kind: ValType) -> &'static str {
    match kind {
        ValType::I32 => "i32",
        ValType::I64 => "i64",
    }
}

/// Writes a number as four digits after a label, and prints both.
const REPORT: &str = "  (func $digit (param $at i32) (param $value i32)
    (i32.store8 (local.get $at)
      (i32.add (i32.const 48) (i32.rem_u (local.get $value) (i32.const 10)))))
  (func $report (param $label i32) (param $value i32)
    (call $digit (i32.add (local.get $label) (i32.const 19)) (local.get $value))
    (call $digit (i32.add (local.get $label) (i32.const 18)) (i32.div_u (local.get $value) (i32.const 10)))
    (call $digit (i32.add (local.get $label) (i32.const 17)) (i32.div_u (local.get $value) (i32.const 100)))
    (call $digit (i32.add (local.get $label) (i32.const 16)) (i32.div_u (local.get $value) (i32.const 1000)))
    (drop (call $print (local.get $label))))
";
