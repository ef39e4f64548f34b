//! Advice for app authors on imports whose call ends the app.

use akira::abi::{NativeCall, ValType, all};
use akira::module::{Import, ImportKind, Signature};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Returns why a call of an import ends the app, and an import with a similar name if one exists.
pub(super) fn unknown(import: &Import<'_>) -> String {
    let ImportKind::Function(signature) = import.kind else {
        return String::from(" (not a function)");
    };
    let is_named =
        |row: &&NativeCall| row.name == import.name && row.module.name() == import.module;
    let types: Vec<String> = all().filter(is_named).map(type_of_row).collect();
    if types.is_empty() {
        let near = near(import).map(|row| {
            format!(
                "; there is {}.{} {}",
                row.module,
                row.name,
                type_of_row(row)
            )
        });
        return format!(
            " (unknown{}: a call ends the app)",
            near.unwrap_or_default()
        );
    }
    format!(
        " (of type {}, where this device has {}: a call ends the app)",
        type_of(&signature),
        types.join(" and ")
    )
}

/// Finds the call with the most similar name, if it is similar enough.
fn near(import: &Import<'_>) -> Option<&'static NativeCall> {
    let most = (import.name.len() / 4).clamp(1, 3);
    let distances = all().map(|row| (distance(row.name, import.name), row));
    let near = distances.filter(|(distance, _)| *distance <= most);
    near.min_by_key(|(distance, _)| *distance)
        .map(|(_, row)| row)
}

/// Returns the edit distance: the number of letters to add, remove or change to turn one word into the other.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.bytes().enumerate() {
        let mut diagonal = core::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.bytes().enumerate() {
            let changed = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

fn type_of_row(row: &NativeCall) -> String {
    let name = |ty| match ty {
        ValType::I32 => "i32",
        ValType::I64 => "i64",
    };
    written(
        row.wasm_params().map(name),
        row.wasm_result().map(name).into_iter(),
    )
}

fn type_of(signature: &Signature<'_>) -> String {
    let name = |ty: &u8| match ty {
        0x7f => "i32",
        0x7e => "i64",
        0x7d => "f32",
        0x7c => "f64",
        0x7b => "v128",
        _ => "a reference",
    };
    written(
        signature.params.iter().map(name),
        signature.results.iter().map(name),
    )
}

fn written<'a>(
    params: impl Iterator<Item = &'a str>,
    results: impl Iterator<Item = &'a str>,
) -> String {
    let params = params.collect::<Vec<_>>().join(", ");
    let results = results.collect::<Vec<_>>().join(", ");
    match results.as_str() {
        "" => format!("({params})"),
        results => format!("({params}) -> {results}"),
    }
}
