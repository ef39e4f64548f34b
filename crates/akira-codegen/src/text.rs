//! Code shared by the generators: selection of rows, and comment wrapping.

use akira_abi::caps::VendorCapability;
use akira_abi::{CallTable, NativeCall, Needs, ParamKind, Support};

/// Returns the heading of a native module.
pub(crate) fn heading(module: &str) -> String {
    let (first, rest) = module.split_at(1);
    first.to_uppercase() + rest
}

/// Returns the rows of a module that guest bindings contain. Omits rows that no board ever offers,
/// and older signatures of a name.
pub(crate) fn bound(table: &CallTable) -> impl Iterator<Item = &'static NativeCall> {
    let calls = table.calls.iter().copied();
    calls.filter(|call| is_bound(call))
}

fn is_bound(call: &NativeCall) -> bool {
    matches!(call.support, Support::Offered | Support::Planned)
}

/// Returns the documentation of a row, followed by the capability that it needs. Notes if no board
/// supports it yet.
pub(crate) fn doc(call: &NativeCall, vendors: &[VendorCapability]) -> String {
    let mut doc = call.doc.to_owned();
    if let Some(needs) = needs(call, vendors) {
        doc.push_str(&format!(" Needs {needs}."));
    }
    if call.support == Support::Planned {
        doc.push_str(" No board supports this call yet.");
    }
    doc
}

fn needs(call: &NativeCall, vendors: &[VendorCapability]) -> Option<String> {
    match call.needs {
        Needs::Nothing => None,
        Needs::Flag { set, clear, .. } => Some(format!("`{set}` or `{clear}`, by the flags")),
        needs => Some(names(needs, vendors)),
    }
}

fn names(needs: Needs, vendors: &[VendorCapability]) -> String {
    let names: Vec<String> = needs
        .names(vendors)
        .map(|name| format!("`{name}`"))
        .collect();
    names.join(" or ")
}

/// Breaks `text` into lines of at most `width` characters, each after `prefix`.
pub(crate) fn wrap(text: &str, prefix: &str, width: usize) -> String {
    let mut lines = String::new();
    let mut line = String::from(prefix);
    for word in text.split_whitespace() {
        if line.len() > prefix.len() && line.len() + 1 + word.len() > width {
            lines.push_str(line.trim_end());
            lines.push('\n');
            line.truncate(prefix.len());
        }
        if line.len() > prefix.len() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push_str(line.trim_end());
    lines.push('\n');
    lines
}

/// Panics because of a parameter kind that this version of the generator does not support.
pub(crate) fn not_written(kind: ParamKind) -> ! {
    panic!(
        "akira-codegen is older than the table: it does not know parameters of the kind {kind:?}"
    )
}
