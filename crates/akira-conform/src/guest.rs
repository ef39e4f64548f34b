//! Generator of an app from a list of calls. The app makes each call and logs a line with the call
//! and its result.

use akira_abi::caps::VendorCapability;
use akira_abi::{NativeCall, Param, ParamKind, Ret, ValType, libc, lifecycle, log, time};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};

use akira_pack::embed_manifest;

/// Address of the app's line buffer.
const LINE: u32 = 16;
/// Address of the buffers for the output of calls. Bytes that a call does not write keep the value
/// [`FILL`].
const BUFFERS: u32 = 288;
const BUFFER_BYTES: u32 = 32;
const BUFFER_COUNT: u32 = 4;
/// Value of every byte of a buffer before a call.
const FILL: u32 = b'.' as u32;
/// Address of the first string.
const STRINGS: u32 = BUFFERS + BUFFER_BYTES * BUFFER_COUNT;
/// Maximum memory of the app, in bytes. The host's heap follows the app's data.
const MOST_BYTES: u32 = 1 << 20;
/// Address outside the memory of an app of at most [`MOST_BYTES`].
const OUTSIDE: i32 = -16;

/// Pause of the app after each line, in µs. It gives a device with a small log time to print the
/// line.
const PAUSE_US: u32 = 4_000;

/// Argument of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Number.
    Number(i32),
    /// Board-specific number, such as a pin number. The log shows this text instead of the number.
    Own(&'static str, i32),
    /// Address of a NUL-terminated string.
    Text(&'static str),
    /// Address of the buffer with this index.
    Buffer(u32),
    /// Address outside the app's memory.
    Outside,
    /// Most recent handle that a call returned.
    Handle,
}

/// Call with its arguments.
#[derive(Clone, Debug)]
pub struct Step {
    /// Call to make.
    pub row: &'static NativeCall,
    /// Arguments in order.
    pub arguments: Vec<Argument>,
    /// Whether the call ends the app and therefore has no answer.
    pub ends: bool,
}

impl Step {
    /// Creates a step whose call returns.
    pub fn new(row: &'static NativeCall, arguments: Vec<Argument>) -> Self {
        Self {
            row,
            arguments,
            ends: false,
        }
    }
}

/// Two steps have the same call only if their rows have the same address.
impl PartialEq for Step {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.row, other.row)
            && (&self.arguments, self.ends) == (&other.arguments, other.ends)
    }
}

/// Part of a result that is the same on every device, and is therefore logged.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// The whole number.
    Number,
    /// The word `handle`, or the errno. Other calls accept the handle.
    Handle,
    /// This word, or the errno.
    Class(&'static str),
    /// The word `reading`, or the number that reports a failure.
    Reading,
    /// Whether the address is 0, within the buffer of the first argument, or in the host's heap.
    Address,
    Nothing,
}

/// App under construction.
#[derive(Default)]
struct Guest {
    imports: String,
    /// Imported calls in the order of their imports; the position is the function's index.
    calls: Vec<&'static NativeCall>,
    strings: BTreeMap<String, u32>,
    next_string: u32,
    body: String,
}

/// Returns the app's module, with a manifest that asks for the capabilities of these calls.
pub(crate) fn module(name: &str, steps: &[Step], vendors: &[VendorCapability]) -> Result<Vec<u8>> {
    let mut guest = Guest {
        next_string: STRINGS,
        ..Guest::default()
    };
    // The prelude uses the first two imports.
    guest.import(&log::PRINTF_NATIVE);
    guest.import(&time::DELAY);
    for step in steps {
        guest.step(step);
    }
    let text = guest.finish();
    let module =
        wat::parse_str(&text).with_context(|| format!("{name} is not a module:\n{text}"))?;
    Ok(embed_manifest(
        &module,
        manifest(name, steps, vendors).as_bytes(),
    )?)
}

fn manifest(name: &str, steps: &[Step], vendors: &[VendorCapability]) -> String {
    let asked: BTreeSet<&str> = steps
        .iter()
        .flat_map(|step| step.row.needs.names(vendors))
        .collect();
    let asked: Vec<String> = asked.iter().map(|asked| format!("\"{asked}\"")).collect();
    let asked = asked.join(", ");
    format!(
        "{{\"name\": \"{name}\", \"version\": \"1.0.0\", \"abi\": \"1.0\", \"capabilities\": [{asked}]}}"
    )
}

impl Guest {
    /// Imports a call, unless it is imported already. Returns the function's index.
    fn import(&mut self, row: &'static NativeCall) -> usize {
        if let Some(index) = self
            .calls
            .iter()
            .position(|known| std::ptr::eq(*known, row))
        {
            return index;
        }
        let index = self.calls.len();
        self.calls.push(row);
        let (module, name, params) = (row.module.name(), row.name, params(row));
        let result = row
            .wasm_result()
            .map_or(String::new(), |ty| format!(" (result {})", word(ty)));
        self.imports.push_str(&format!(
            "  (import \"{module}\" \"{name}\" (func $import{index} (param{params}){result}))\n"
        ));
        index
    }

    /// Returns the address of a string. The empty string is at 0, which is otherwise unused.
    fn string(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        if let Some(at) = self.strings.get(text) {
            return *at;
        }
        let at = self.next_string;
        self.strings.insert(text.to_owned(), at);
        self.next_string += text.len() as u32 + 1;
        at
    }

    fn step(&mut self, step: &Step) {
        let index = self.import(step.row);
        let mut values = String::new();
        for (ty, argument) in step.row.wasm_params().zip(&step.arguments) {
            values.push_str(&self.value(ty, *argument));
        }
        if step.arguments.contains(&Argument::Handle) {
            self.body.push_str("    (global.set $held (i32.const 1))\n");
        }
        for argument in &step.arguments {
            if let Argument::Own(words, _) = argument {
                let words = self.string(&format!("<{words}>"));
                let named = format!("    (global.set $named (i32.const {words}))\n");
                self.body.push_str(&named);
            }
        }
        if !step.ends {
            self.body
                .push_str(&format!("    (call $call{index}{values})\n"));
            return;
        }
        let what = self.string(&format!(
            "{}.{} ends the app",
            step.row.module, step.row.name
        ));
        let drop = step.row.wasm_result().map_or("", |_| " (drop)");
        self.body.push_str(&format!(
            "    (call $text (i32.const {what})) (call $end)\n    (call $import{index}{values}){drop}\n"
        ));
    }

    fn value(&mut self, ty: ValType, argument: Argument) -> String {
        let value = match argument {
            Argument::Number(number) | Argument::Own(_, number) => number,
            Argument::Text(text) => self.string(text) as i32,
            Argument::Buffer(index) => (BUFFERS + index * BUFFER_BYTES) as i32,
            Argument::Outside => OUTSIDE,
            Argument::Handle => return " (global.get $handle)".into(),
        };
        format!(" ({}.const {value})", word(ty))
    }

    fn finish(mut self) -> String {
        let rows: Vec<_> = self.calls.iter().copied().enumerate().collect();
        let calls: String = rows
            .into_iter()
            .map(|(index, row)| self.call(index, row))
            .collect();
        let constants = self.constants();
        let strings = self.strings.iter();
        let data: String = strings
            .map(|(text, at)| format!("  (data (i32.const {at}) \"{}\\00\")\n", escaped(text)))
            .collect();
        let (imports, body, bytes) = (self.imports, self.body, self.next_string);
        format!(
            "(module\n{imports}  (memory (export \"memory\") {bytes} {MOST_BYTES} (pagesize 1))\n{data}{constants}{PRELUDE}{calls}  \
             (func (export \"main\") (result i32)\n    (call $begin)\n{body}    (i32.const 0)))\n"
        )
    }

    /// Returns the constants that the prelude uses. Call it after all other strings have been
    /// added, because it stores the end of the strings.
    fn constants(&mut self) -> String {
        let words = [
            "handle", "heap", "outside", "buffer", "time", "count", "reading",
        ];
        let mut constants: Vec<(&str, u32)> = words.map(|word| (word, self.string(word))).to_vec();
        constants.extend([
            ("line", LINE),
            ("buffers", BUFFERS),
            ("buffer-bytes", BUFFER_BYTES),
            ("buffers-end", STRINGS),
            ("fill", FILL),
            ("pause", PAUSE_US),
            ("end", self.next_string),
        ]);
        let constants = constants.iter();
        constants
            .map(|(name, value)| format!("  (global $a-{name} i32 (i32.const {value}))\n"))
            .collect()
    }

    /// Returns the code of the function that makes a call and logs it.
    fn call(&mut self, index: usize, row: &'static NativeCall) -> String {
        let name = self.string(&format!("{}.{}(", row.module, row.name));
        let (count, params) = (row.params.len(), params(row));
        let all: String = (0..count).map(|i| format!(" (local.get {i})")).collect();
        let arguments: String = row
            .params
            .iter()
            .enumerate()
            .map(|(i, param)| format!("    {}\n", argument(row, i, param)))
            .collect();
        let result = result(row, &format!("(call $import{index}{all})"));
        let written = match shown(row) {
            Shown::Class(_) => "",
            _ => "(call $written) ",
        };
        format!(
            "  (func $call{index} (param{params})\n    (call $text (i32.const {name}))\n{arguments}    \
             {result}\n    {written}(call $end))\n"
        )
    }
}

fn params(row: &NativeCall) -> String {
    row.wasm_params()
        .map(|ty| format!(" {}", word(ty)))
        .collect()
}

/// Constant that is logged instead of a time.
const TIME: &str = "$a-time";
/// Constant that is logged instead of a number of apps.
const COUNT: &str = "$a-count";

fn shown(row: &NativeCall) -> Shown {
    let is = |rows: &[&NativeCall]| rows.iter().any(|known| std::ptr::eq(*known, row));
    if is(&[
        &akira_abi::timer::TIMER_CREATE,
        &akira_abi::storage::STORAGE_OPEN,
        &akira_abi::fs::FS_OPEN,
    ]) {
        return Shown::Handle;
    }
    if is(&[
        &akira_abi::timer::TIMER_ELAPSED,
        &time::GET_TIME_MS,
        &libc::CLOCK,
        &libc::CLOCK_GETTIME,
    ]) {
        return Shown::Class(TIME);
    }
    if is(&[&lifecycle::APP_LIST]) {
        return Shown::Class(COUNT);
    }
    if is(&[&akira_abi::sensor::SENSOR_READ]) {
        return Shown::Reading;
    }
    match row.result {
        Ret::Void => Shown::Nothing,
        Ret::Address | Ret::Allocation => Shown::Address,
        Ret::Status | Ret::Value | Ret::Flag | Ret::I64 => Shown::Number,
    }
}

/// Returns the code that writes an argument into the line.
fn argument(row: &'static NativeCall, index: usize, param: &Param) -> String {
    let value = format!("(local.get {index})");
    let handle = match akira_abi::table_of(row).map(|table| table.name) {
        Some("timer" | "storage" | "fs") => Some("handle"),
        Some("memory") => Some("heap"),
        _ => None,
    };
    match param.kind {
        ParamKind::Str | ParamKind::Text | ParamKind::Bytes { .. } | ParamKind::Address => {
            format!("(call $place {value})")
        }
        ParamKind::I64 => format!("(call $number (i32.wrap_i64 {value}))"),
        // All other parameters are 32-bit numbers.
        _ => match handle {
            Some(word) if index == 0 => format!("(call $id {value} (global.get $a-{word}))"),
            _ => format!("(call $number {value})"),
        },
    }
}

/// Returns the code that writes a result into the line.
fn result(row: &NativeCall, call: &str) -> String {
    let call = match row.result {
        // All i64 results are times; only their sign matters.
        Ret::I64 => format!("(i32.wrap_i64 (i64.shr_s {call} (i64.const 32)))"),
        _ => call.to_owned(),
    };
    match shown(row) {
        Shown::Nothing => format!("{call} (call $void)"),
        Shown::Number => format!("(call $result {call})"),
        Shown::Handle => format!("(call $new {call})"),
        Shown::Reading => format!("(call $reading {call})"),
        Shown::Class(class) => format!("(call $class {call} (global.get {class}))"),
        Shown::Address => {
            let points = row
                .params
                .first()
                .is_some_and(|param| param.kind.is_pointer());
            let base = if points {
                "(local.get 0)"
            } else {
                "(i32.const -1)"
            };
            format!("(call $address {call} {base})")
        }
    }
}

fn word(ty: ValType) -> &'static str {
    match ty {
        ValType::I32 => "i32",
        ValType::I64 => "i64",
    }
}

fn escaped(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'"' | b'\\' | 0..0x20 | 0x7F.. => format!("\\{byte:02x}"),
        _ => char::from(byte).to_string(),
    };
    text.bytes().map(byte).collect()
}

/// Code that builds the lines of the log: `module.name(argument, argument) = result "what was
/// written"`.
const PRELUDE: &str = include_str!("prelude.wat");
