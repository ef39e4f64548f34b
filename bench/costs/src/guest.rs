//! Generates the app of a case. Its turns are: preparation, no call, one call, many calls.

use std::fmt::Write;

use akira::abi::{NativeCall, ValType, log, time};

use crate::case::{Arg, Case, Row, Step};
use crate::layout::*;

/// Number of calls in the turn whose charged fuel is compared.
pub(crate) const CALLS: u32 = 10;

/// Text that the app logs at the end of a turn.
pub(crate) const DONE: &str = "done";

/// Wait before and after that line, so that earlier lines do not count towards the app's rate limit
/// of log lines.
const PAUSE_MS: u32 = 20_000;

struct Guest {
    rows: Vec<Row>,
    strings: String,
    next: u32,
}

/// Returns the text of the app's module.
pub(crate) fn module(case: &Case) -> String {
    let mut guest = Guest {
        rows: Vec::new(),
        strings: String::new(),
        next: STRINGS,
    };
    let done = guest.text(DONE);
    let log = guest.import(&log::LOG_INFO);
    let wait = guest.import(&time::SLEEP_MS);
    let setup: String = case
        .setup
        .iter()
        .map(|(times, step)| guest.repeated(*times, step))
        .collect();
    let before: String = case.before.iter().map(|step| guest.kept(step)).collect();
    let once = before + &guest.call(&case.step);
    let turn = |body: &str| {
        format!(
            "{body} (call $i{wait} (i32.const {PAUSE_MS})) (call $i{log} (i32.const {done})) (call $i{wait} (i32.const {PAUSE_MS}))\n"
        )
    };
    let many = repeated(CALLS, &once);
    let turns = [turn(&setup), turn(""), turn(&once), turn(&many)].concat();
    guest.finish(&turns)
}

/// Text of a call without arguments, which other code replaces.
const CALL: &str = "(drop (call $i2 ))";

/// Returns the text of a module that makes no call.
pub(crate) fn idle(case: &Case) -> String {
    module(case).replace(CALL, "")
}

/// Returns the text of a module whose last turn computes like compiled code.
pub(crate) fn computing(case: &Case) -> String {
    let (calls, work) = (repeated(CALLS, CALL), repeated(1_000, COMPUTE));
    module(case).replace(&calls, &work).replace(CALL, "")
}

const COMPUTE: &str = "(i32.store (i32.and (local.get $n) (i32.const 1020))
    (i32.add (i32.load (i32.and (local.get $n) (i32.const 508))) (i32.mul (local.get $n) (i32.const 31))))";

fn repeated(times: u32, body: &str) -> String {
    format!(
        "(local.set $n (i32.const {times})) (loop $again {body} (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))"
    )
}

impl Guest {
    fn import(&mut self, row: &'static NativeCall) -> usize {
        let known = self.rows.iter().position(|known| *known == Row(row));
        known.unwrap_or_else(|| {
            self.rows.push(Row(row));
            self.rows.len() - 1
        })
    }

    fn text(&mut self, text: &str) -> u32 {
        let at = self.next;
        let _ = writeln!(self.strings, "(data (i32.const {at}) \"{text}\\00\")");
        self.next += text.len() as u32 + 1;
        at
    }

    fn repeated(&mut self, times: u32, step: &Step) -> String {
        repeated(times, &self.kept(step))
    }

    /// Returns the text of a call whose result is kept as an argument of the measured call.
    fn kept(&mut self, step: &Step) -> String {
        self.call(step) + "(global.set $kept (global.get $result))"
    }

    fn call(&mut self, step: &Step) -> String {
        let row = step.row.0;
        let import = self.import(row);
        let args = row.wasm_params().zip(&step.args);
        let args: String = args.map(|(ty, arg)| self.value(ty, *arg)).collect();
        match row.wasm_result() {
            Some(ValType::I32) => format!("(global.set $result (call $i{import} {args}))"),
            Some(_) => format!("(drop (call $i{import} {args}))"),
            None => format!("(call $i{import} {args})"),
        }
    }

    fn value(&mut self, ty: ValType, arg: Arg) -> String {
        let number = match arg {
            Arg::N(number) => number,
            Arg::Text(text) => self.text(text) as i32,
            Arg::Numbered => return "(call $numbered)".into(),
            Arg::Result => return "(global.get $kept)".into(),
        };
        format!("({}.const {number})", word(ty))
    }

    fn finish(&self, turns: &str) -> String {
        let imports = self
            .rows
            .iter()
            .enumerate()
            .map(|(index, row)| import(index, row.0));
        let imports: String = imports.collect();
        let (first, most) = PAGES;
        let (strings, fills) = (&self.strings, fills());
        format!("(module {imports}
            (memory (export \"memory\") {first} {most})
            (global $result (mut i32) (i32.const 0))
            (global $kept (mut i32) (i32.const 0))
            (global $count (mut i32) (i32.const 0))
            {strings}
            (func $numbered (result i32)
                (global.set $count (i32.add (global.get $count) (i32.const 1)))
                (i32.store (i32.const {NUMBERED}) (i32.add (i32.const 0x61616161)
                    (i32.or (i32.and (global.get $count) (i32.const 15))
                        (i32.or (i32.shl (i32.and (global.get $count) (i32.const 0xF0)) (i32.const 4))
                            (i32.shl (i32.and (global.get $count) (i32.const 0xF00)) (i32.const 8))))))
                (i32.const {NUMBERED}))
            (func (export \"main\") (result i32) (local $n i32)
                {fills}
                {turns}
                (i32.const 0)))")
    }
}

fn import(index: usize, row: &NativeCall) -> String {
    let params: String = row
        .wasm_params()
        .map(|ty| format!(" {}", word(ty)))
        .collect();
    let result = row
        .wasm_result()
        .map_or(String::new(), |ty| format!("(result {})", word(ty)));
    let (module, name) = (row.module, row.name);
    format!("(import \"{module}\" \"{name}\" (func $i{index} (param{params}) {result}))\n")
}

/// Returns the code that fills memory with the arguments of the cases.
fn fills() -> String {
    let fill = |at: u32, byte: u8, bytes: u32| {
        format!("(memory.fill (i32.const {at}) (i32.const {byte}) (i32.const {bytes}))")
    };
    let doubles = |at: u32, value: &str| {
        let end = at + DOUBLES * 8;
        format!("(local.set $n (i32.const {at})) (loop $again (f64.store (local.get $n) (f64.const {value}))
            (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 8))) (i32.const {end}))))")
    };
    let end = WORDS + 4 * DOUBLES;
    let words = format!("(local.set $n (i32.const {WORDS})) (loop $again (i32.store (local.get $n) (i32.const {LONG}))
            (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 4))) (i32.const {end}))))");
    [
        fill(LONG, b'x', LONG_BYTES),
        fill(ALMOST, b'x', LONG_BYTES - 1),
        fill(ALMOST + LONG_BYTES - 1, b'y', 1),
        fill(WANTED, b'x', WANTED_BYTES - 1),
        fill(WANTED + WANTED_BYTES - 1, b'y', 1),
        fill(DIGITS, b'1', DIGITS_BYTES),
        fill(BLANKS, b' ', PART_BYTES),
        fill(HUGE, b'x', HUGE_BYTES),
        fill(TWIN, b'x', HUGE_BYTES),
        doubles(LARGEST, "0x1.fffffffffffffp+1023"),
        doubles(SMALLEST, "0x1p-1074"),
        doubles(RAGGED, "0x1.fffffffffffffp-1022"),
        words,
    ]
    .concat()
}

const fn word(ty: ValType) -> &'static str {
    match ty {
        ValType::I32 => "i32",
        ValType::I64 => "i64",
    }
}
