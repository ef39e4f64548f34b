//! Generator of a C header with one prototype for each row.

use akira_abi::caps::VendorCapability;
use akira_abi::{Access, CallTable, Errno, ImportModule, NativeCall, Param, ParamKind, Ret};

use crate::Codegen;
use crate::text::{bound, doc, heading, not_written, wrap};

/// Calls that C headers omit. The C library has a function `log` with a different type;
/// `printf_native` has the same effect as the call `log`.
const LEFT_OUT: &[&str] = &["log"];

const ERRNOS: &[Errno] = &[
    Errno::EPERM,
    Errno::ENOENT,
    Errno::EIO,
    Errno::E2BIG,
    Errno::EBADF,
    Errno::EAGAIN,
    Errno::ENOMEM,
    Errno::EACCES,
    Errno::EFAULT,
    Errno::EBUSY,
    Errno::EEXIST,
    Errno::ENODEV,
    Errno::EINVAL,
    Errno::EMFILE,
    Errno::ENOSPC,
    Errno::ENOSYS,
    Errno::ENODATA,
    Errno::EPROTO,
    Errno::EMSGSIZE,
    Errno::ENOTSUP,
    Errno::ENOTCONN,
    Errno::ETIMEDOUT,
    Errno::EALREADY,
    Errno::EDQUOT,
];

/// Content of a C header in addition to its prototypes.
#[derive(Clone, Copy, Debug)]
pub struct CHeader<'a> {
    /// Name of the file, such as `acme.h`.
    pub name: &'a str,
    /// Purpose of the header in plain text. The generator wraps the lines.
    pub about: &'a str,
    /// Headers to include before the prototypes, with their delimiters: `"akira_api.h"` with the
    /// quotation marks, or `<stdint.h>`.
    pub includes: &'a [&'a str],
    /// Headers to include after the prototypes, in the same form.
    pub includes_at_end: &'a [&'a str],
    /// Whether the header defines the errnos.
    pub errnos: bool,
}

impl Codegen {
    /// Returns a C header for apps: a prototype for each call, preceded by its documentation.
    pub fn c_header(&self, header: &CHeader<'_>) -> String {
        let guard = guard(header.name);
        let mut text = format!("// {}\n//\n", self.notice);
        text.push_str(&wrap(header.about, "// ", 116));
        text.push_str(&format!(
            "#ifndef {guard}\n#define {guard}\n\n#include <stdint.h>\n"
        ));
        for include in header.includes {
            text.push_str(&format!("\n#include {include}\n"));
        }
        text.push_str("\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
        if header.errnos {
            text.push('\n');
            for errno in ERRNOS {
                text.push_str(&format!("#define {errno:?} {}\n", -errno.code()));
            }
        }
        for table in self.tables() {
            section(&mut text, table, self.vendors);
        }
        text.push_str("\n#ifdef __cplusplus\n}\n#endif\n");
        for include in header.includes_at_end {
            text.push_str(&format!("\n#include {include}\n"));
        }
        text.push_str(&format!("\n#endif // {guard}\n"));
        text
    }
}

fn guard(name: &str) -> String {
    let letters = name.chars().map(|letter| match letter {
        letter if letter.is_ascii_alphanumeric() => letter.to_ascii_uppercase(),
        _ => '_',
    });
    letters.collect()
}

fn section(header: &mut String, table: &CallTable, vendors: &[VendorCapability]) {
    header.push_str(&format!("\n// ---- {} ----\n", heading(table.name)));
    for call in bound(table).filter(|call| !LEFT_OUT.contains(&call.name)) {
        header.push('\n');
        header.push_str(&wrap(&doc(call, vendors), "// ", 100));
        header.push_str(&prototype(call));
    }
}

fn prototype(call: &NativeCall) -> String {
    let params: Vec<String> = call.params.iter().map(parameter).collect();
    let params = if params.is_empty() {
        String::from("void")
    } else {
        params.join(", ")
    };
    let origin = origin(call);
    format!(
        "extern {} {}({params}){origin};\n",
        result(call.result),
        call.name
    )
}

/// Returns the attribute that names the import module. clang imports undefined functions from
/// `env`, so only another module needs it.
fn origin(call: &NativeCall) -> String {
    if call.module == ImportModule::ENV {
        return String::new();
    }
    format!(
        " __attribute__((import_module(\"{}\"), import_name(\"{}\")))",
        call.module, call.name
    )
}

fn result(result: Ret) -> &'static str {
    match result {
        Ret::Void => "void",
        Ret::Status | Ret::Value | Ret::Flag => "int",
        Ret::Address | Ret::Allocation => "uint32_t",
        Ret::I64 => "int64_t",
    }
}

fn parameter(param: &Param) -> String {
    let kind = match param.kind {
        ParamKind::U32 | ParamKind::Len | ParamKind::Address => "uint32_t ",
        ParamKind::I32 => "int32_t ",
        ParamKind::I64 => "int64_t ",
        ParamKind::Str | ParamKind::Text => "const char *",
        ParamKind::Bytes {
            access: Access::Read,
            ..
        } => "const void *",
        ParamKind::Bytes { .. } => "void *",
        kind => not_written(kind),
    };
    format!("{kind}{}", param.name)
}
