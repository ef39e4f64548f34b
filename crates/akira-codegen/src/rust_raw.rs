//! Generator of the imports for Rust apps, and of stubs for host builds.

use akira_abi::{Access, Errno, NativeCall, Param, ParamKind, Ret};

use crate::Codegen;
use crate::text::{bound, doc, not_written, wrap};

impl Codegen {
    /// Returns the imports for Rust apps, with an `extern` block for each import module.
    pub fn rust_imports(&self) -> String {
        let mut text = format!("// {}\n\nuse core::ffi::c_char;\n", self.notice);
        text.push_str(&self.extern_blocks());
        text
    }

    /// Returns stubs with the same names and types for host builds. Each returns the result of an
    /// unsupported call.
    pub fn rust_stand_ins(&self) -> String {
        let mut text = format!("// {}\n\nuse core::ffi::c_char;\n", self.notice);
        text.push_str(&self.stand_ins());
        text
    }

    pub(crate) fn extern_blocks(&self) -> String {
        let mut text = String::new();
        for module in self.import_modules() {
            text.push_str(&format!(
                "\n#[link(wasm_import_module = \"{module}\")]\nunsafe extern \"C\" {{\n"
            ));
            for call in self.calls().filter(|call| call.module.name() == module) {
                text.push_str(&wrap(&doc(call, self.vendors), "    /// ", 116));
                text.push_str(&format!(
                    "    pub {}{};\n",
                    safety(call),
                    signature(call, "")
                ));
            }
            text.push_str("}\n");
        }
        text
    }

    pub(crate) fn stand_ins(&self) -> String {
        let mut text = String::new();
        for call in self.calls() {
            text.push('\n');
            text.push_str(&format!(
                "pub {}extern \"C\" {} {{{}}}\n",
                host_safety(call),
                signature(call, "_"),
                absent(call)
            ));
        }
        text
    }

    pub(crate) fn calls(&self) -> impl Iterator<Item = &'static NativeCall> {
        self.tables().flat_map(bound)
    }

    fn import_modules(&self) -> Vec<&'static str> {
        let mut modules = Vec::new();
        for call in self.calls() {
            if !modules.contains(&call.module.name()) {
                modules.push(call.module.name());
            }
        }
        modules
    }
}

/// Returns `safe ` for a call without pointers, because it cannot affect the app's memory.
fn safety(call: &NativeCall) -> &'static str {
    if has_pointers(call) { "" } else { "safe " }
}

fn host_safety(call: &NativeCall) -> &'static str {
    if has_pointers(call) { "unsafe " } else { "" }
}

/// Returns whether the call takes an address.
pub(crate) fn has_pointers(call: &NativeCall) -> bool {
    call.pointer_params().next().is_some()
}

fn signature(call: &NativeCall, prefix: &str) -> String {
    let params: Vec<String> = call
        .params
        .iter()
        .map(|param| parameter(param, prefix))
        .collect();
    format!(
        "fn {}({}){}",
        call.name,
        params.join(", "),
        result(call.result)
    )
}

fn parameter(param: &Param, prefix: &str) -> String {
    let kind = match param.kind {
        ParamKind::U32 | ParamKind::Len | ParamKind::Address => "u32",
        ParamKind::I32 => "i32",
        ParamKind::I64 => "i64",
        ParamKind::Str | ParamKind::Text => "*const c_char",
        ParamKind::Bytes {
            access: Access::Read,
            ..
        } => "*const u8",
        ParamKind::Bytes { .. } => "*mut u8",
        kind => not_written(kind),
    };
    format!("{prefix}{}: {kind}", param.name)
}

/// Returns the Rust type of a result, with its arrow.
pub(crate) fn result(result: Ret) -> &'static str {
    match result {
        Ret::Void => "",
        Ret::Status | Ret::Value | Ret::Flag => " -> i32",
        Ret::Address | Ret::Allocation => " -> u32",
        Ret::I64 => " -> i64",
    }
}

fn absent(call: &NativeCall) -> String {
    match call.result {
        Ret::Void => String::new(),
        Ret::Status => format!(" {} ", Errno::ENOSYS.code()),
        Ret::Value => format!(
            " {} ",
            if call.denied.number() == Errno::EPERM.code() {
                Errno::ENOSYS.code()
            } else {
                call.denied.number()
            }
        ),
        Ret::Flag | Ret::Address | Ret::Allocation | Ret::I64 => String::from(" 0 "),
    }
}
