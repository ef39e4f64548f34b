//! Generator of safe native calls with slices, arrays and C strings instead of addresses.

use akira_abi::caps::VendorCapability;
use akira_abi::{Access, Length, NativeCall, Param, ParamKind};

use crate::Codegen;
use crate::rust_raw::{has_pointers, result};
use crate::text::{doc, not_written, wrap};

/// Mapping of one parameter of a raw call to the safe call.
struct Mapping {
    /// Parameter of the safe call; `None` if another parameter implies it.
    takes: Option<String>,
    /// Argument of the raw call.
    passes: String,
}

impl Codegen {
    /// Returns safe functions for the calls that take pointers. The file expects the output of
    /// [`rust_imports`](Self::rust_imports) as `crate::raw`.
    pub fn rust_calls(&self) -> String {
        let calls = self.safe_calls();
        let prelude = prelude(&calls, "use crate::raw;\n");
        format!("// {}\n{HEAD}{prelude}{calls}", self.notice)
    }

    /// Returns all bindings as one file: the imports, their stubs for host builds, and safe
    /// functions.
    pub fn rust_bindings(&self) -> String {
        let calls = self.safe_calls();
        let prelude = prelude(&calls, "pub use raw::*;\n");
        let imports = raw_module("target_arch = \"wasm32\"", &self.extern_blocks());
        let stand_ins = raw_module("not(target_arch = \"wasm32\")", &self.stand_ins());
        let notice = &self.notice;
        format!("// {notice}\n{HEAD}{prelude}{calls}\n{imports}\n{stand_ins}")
    }

    fn safe_calls(&self) -> String {
        let with_pointers = self.calls().filter(|call| has_pointers(call));
        let functions = with_pointers.filter_map(|call| function(call, self.vendors));
        functions.map(|function| format!("\n{function}")).collect()
    }
}

/// Returns the safe function for a call, or `None` if its pointers do not map to Rust types. Such a
/// call is available in `raw` only.
fn function(call: &NativeCall, vendors: &[VendorCapability]) -> Option<String> {
    let mapped: Option<Vec<Mapping>> = (0..call.params.len()).map(|i| map(call, i)).collect();
    let mapped = mapped?;
    let takes: Vec<&str> = mapped.iter().filter_map(|m| m.takes.as_deref()).collect();
    let passes: Vec<&str> = mapped.iter().map(|m| m.passes.as_str()).collect();
    let mut text = wrap(&doc(call, vendors), "/// ", 116);
    if takes.len() > 7 {
        text.push_str(TOO_MANY);
    }
    text.push_str(&format!(
        "pub fn {name}({takes}){result} {{\n{SAFETY}    unsafe {{ raw::{name}({passes}) }}\n}}\n",
        name = call.name,
        takes = takes.join(", "),
        result = result(call.result),
        passes = passes.join(", "),
    ));
    Some(text)
}

fn map(call: &NativeCall, index: usize) -> Option<Mapping> {
    let param = &call.params[index];
    let name = param.name;
    match param.kind {
        ParamKind::U32 => Some(Mapping::same(name, "u32")),
        ParamKind::I32 => Some(Mapping::same(name, "i32")),
        ParamKind::I64 => Some(Mapping::same(name, "i64")),
        ParamKind::Str | ParamKind::Text => Some(Mapping::new(
            format!("{name}: &CStr"),
            format!("{name}.as_ptr()"),
        )),
        ParamKind::Bytes { length, access, .. } => buffer(call, param, length, access),
        ParamKind::Len => length(call, index),
        ParamKind::Address => None,
        kind => not_written(kind),
    }
}

fn buffer(call: &NativeCall, param: &Param, length: Length, access: Access) -> Option<Mapping> {
    let name = param.name;
    let target = match length {
        Length::Fixed(size) => format!("[u8; {size}]"),
        Length::Param(index) if measured(call, usize::from(index)).len() == 1 => "[u8]".into(),
        Length::Param(_) | Length::Items { .. } => return None,
    };
    match access {
        Access::Read => Some(Mapping::new(
            format!("{name}: &{target}"),
            format!("{name}.as_ptr()"),
        )),
        Access::Write => Some(Mapping::new(
            format!("{name}: &mut {target}"),
            format!("{name}.as_mut_ptr()"),
        )),
        // No slice can represent this buffer: the host keeps the address after the call returns.
        Access::Shared => None,
    }
}

/// Maps a length parameter to the length of its slice, if exactly one slice uses it.
fn length(call: &NativeCall, index: usize) -> Option<Mapping> {
    let [slice] = measured(call, index)[..] else {
        return None;
    };
    Some(Mapping {
        takes: None,
        passes: format!("length({slice})"),
    })
}

/// Returns the buffers whose length is the parameter with this index.
fn measured(call: &NativeCall, index: usize) -> Vec<&'static str> {
    let params = call.params.iter();
    let measured = params.filter(|param| match param.kind {
        ParamKind::Bytes {
            length: Length::Param(i),
            ..
        } => usize::from(i) == index,
        _ => false,
    });
    measured.map(|param| param.name).collect()
}

impl Mapping {
    fn new(takes: String, passes: String) -> Self {
        Self {
            takes: Some(takes),
            passes,
        }
    }

    fn same(name: &str, kind: &str) -> Self {
        Self::new(format!("{name}: {kind}"), name.into())
    }
}

const TOO_MANY: &str =
    "#[expect(clippy::too_many_arguments, reason = \"the ABI's own parameters\")]\n";

const SAFETY: &str = "    // SAFETY: every address comes from a reference that outlives the call, with the length it really has.\n";

/// Returns the imports and helpers that the functions use.
fn prelude(calls: &str, raw: &str) -> String {
    let mut text = String::from("\n");
    if calls.contains("&CStr") {
        text.push_str("use core::ffi::CStr;\n\n");
    }
    text.push_str(raw);
    if calls.contains("length(") {
        text.push_str(LENGTH);
    }
    text
}

/// Returns the module of the imports, or of their host stubs.
fn raw_module(condition: &str, calls: &str) -> String {
    let c_char = match calls.contains("c_char") {
        true => "use core::ffi::c_char;\n",
        false => "",
    };
    format!(
        "/// The calls as they are imported.\n#[cfg({condition})]\npub mod raw {{\n{c_char}{calls}}}\n"
    )
}

const HEAD: &str = "
//! The native calls with slices, arrays and C strings instead of addresses: safe to call, errors still negative.
";

const LENGTH: &str = "
fn length(slice: &[u8]) -> u32 {
    // An address space of 32 bits holds no longer slice.
    slice.len() as u32
}
";
