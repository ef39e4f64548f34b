//! Module that represents a script: the sections that the runtime reads, and an export that names
//! the script.

use super::Script;
use crate::module::Module;
use akira_abi::{NativeCall, ValType};
use alloc::format;
use alloc::vec::Vec;

/// The entry of every script.
pub(super) const ENTRY: &str = "main";

/// Prefix of the export that names the script by its number.
const NAME: &str = "script ";

const I32: u8 = 0x7f;
const I64: u8 = 0x7e;

/// Returns the number of the script that a module represents.
pub(super) fn number(module: &[u8]) -> Option<usize> {
    let module = Module::parse(module).ok()?;
    let mut names = module.exports().ok()?.filter_map(Result::ok);
    names.find_map(|(name, _)| name.strip_prefix(NAME)?.parse().ok())
}

/// Writes a module whose entry returns 0.
pub(super) fn write(script: &Script, number: usize) -> Vec<u8> {
    let mut out = Vec::from(*b"\0asm\x01\0\0\0");
    let entry = script.imports.len() as u64;
    section(&mut out, 1, &types(script));
    section(&mut out, 2, &imports(script));
    section(&mut out, 3, &[&[1], leb(entry).as_slice()].concat());
    let pages = leb(u64::from(script.pages));
    section(&mut out, 5, &[&[1, 1], pages.as_slice(), &pages].concat());
    section(&mut out, 7, &exports(entry, number));
    section(&mut out, 10, &[1, 4, 0, 0x41, 0, 0x0b]);
    if !script.manifest.is_empty() {
        let parts = [text(".akira.manifest"), script.manifest.clone().into()];
        section(&mut out, 0, &parts.concat());
    }
    out
}

/// Returns the type section: one type for each import, and that of the entry at the end.
fn types(script: &Script) -> Vec<u8> {
    let mut out = leb(script.imports.len() as u64 + 1);
    for call in &script.imports {
        out.extend(function_type(call));
    }
    out.extend([0x60, 0, 1, I32]);
    out
}

fn function_type(call: &NativeCall) -> Vec<u8> {
    let params: Vec<u8> = call.wasm_params().map(encode).collect();
    let results: Vec<u8> = call.wasm_result().map(encode).into_iter().collect();
    let lengths = [leb(params.len() as u64), leb(results.len() as u64)];
    [
        &[0x60],
        lengths[0].as_slice(),
        &params,
        &lengths[1],
        &results,
    ]
    .concat()
}

fn encode(ty: ValType) -> u8 {
    match ty {
        ValType::I32 => I32,
        ValType::I64 => I64,
    }
}

fn imports(script: &Script) -> Vec<u8> {
    let mut out = leb(script.imports.len() as u64);
    for (index, call) in (0..).zip(&script.imports) {
        out.extend(text(call.module.name()));
        out.extend(text(call.name));
        out.push(0);
        out.extend(leb(index));
    }
    out
}

/// Returns the export section: the entry, the memory, and the memory again under the name of the
/// script.
fn exports(entry: u64, number: usize) -> Vec<u8> {
    let function = [&[0], leb(entry).as_slice()].concat();
    let name = text(&format!("{NAME}{number}"));
    let parts = [
        text(ENTRY),
        function,
        text("memory"),
        Vec::from([2, 0]),
        name,
    ];
    [&[3], parts.concat().as_slice(), &[2, 0]].concat()
}

fn text(text: &str) -> Vec<u8> {
    [leb(text.len() as u64).as_slice(), text.as_bytes()].concat()
}

fn section(out: &mut Vec<u8>, id: u8, contents: &[u8]) {
    out.push(id);
    out.extend(leb(contents.len() as u64));
    out.extend(contents);
}

/// Encodes a number as unsigned LEB128.
fn leb(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}
