//! `akira_api.h`: one prototype for each row, as the AkiraOS SDK declares it.

use akira_abi::{Access, Area, Errno, ImportModule, NativeCall, Param, ParamKind, Ret};

use super::text::{NOTICE, bound, doc, wrap};

/// `log` is the name of a C library function of another type; `printf_native` does the same.
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

/// Returns the header.
pub(super) fn generate() -> String {
    let mut header = format!("// {NOTICE}\n{HEAD}");
    for errno in ERRNOS {
        header.push_str(&format!("#define {errno:?} {}\n", -errno.code()));
    }
    for (area, calls) in bound() {
        section(&mut header, area, &calls);
    }
    header.push_str(TAIL);
    header
}

fn section(header: &mut String, area: Area, calls: &[&NativeCall]) {
    header.push_str(&format!("\n// ---- {area:?} ----\n"));
    for call in calls.iter().filter(|call| !LEFT_OUT.contains(&call.name)) {
        header.push('\n');
        header.push_str(&wrap(&doc(call), "// ", 100));
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

/// `env` is where clang imports an undefined function from; every other module has to be named.
fn origin(call: &NativeCall) -> String {
    if call.module == ImportModule::Env {
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
        Ret::Status | Ret::Value => "int",
        Ret::Address => "uint32_t",
        Ret::I64 => "int64_t",
    }
}

fn parameter(param: &Param) -> String {
    let kind = match param.kind {
        ParamKind::U32 | ParamKind::Len | ParamKind::Address => "uint32_t ",
        ParamKind::I32 => "int32_t ",
        ParamKind::I64 => "int64_t ",
        ParamKind::Str => "const char *",
        ParamKind::Bytes {
            access: Access::Read,
            ..
        } => "const void *",
        ParamKind::Bytes { .. } => "void *",
    };
    format!("{kind}{}", param.name)
}

const HEAD: &str = "//
// The native calls of the AkiraOS ABI 1.0 for apps in C and C++. Compile with the AkiraOS SDK's flags; nothing is
// linked, every function here becomes an import. Errors are negative errnos; a call whose capability the app lacks
// returns -EPERM. The C library's functions (memcpy, malloc, ...) are there too, for those who declare them.
#ifndef AKIRA_API_H
#define AKIRA_API_H

#include <stdint.h>

#include \"akira_constants.h\"

#ifdef __cplusplus
extern \"C\" {
#endif

";

const TAIL: &str = "
#ifdef __cplusplus
}
#endif

#include \"akira_print.h\"

#endif // AKIRA_API_H
";
