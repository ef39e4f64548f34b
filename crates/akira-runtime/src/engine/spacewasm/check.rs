//! Maps the modules that spacewasm rejects to errors with a fix.

use crate::engine::{EngineError, LoadError};
use crate::module::{DataError, Import, Module, ModuleError};
use ::spacewasm::{
    AllocError, ConstantExprError, HostFunctionError, ParseError, SectionKind, ValidationError,
};
use alloc::format;

/// Fix for features that LLVM can disable.
const MVP: &str = "build it for WebAssembly 1.0: -mcpu=mvp (clang), -Ctarget-cpu=mvp (rustc)";
/// Fix for features that no compiler emits by default.
const WITHOUT: &str = "build it without";

/// Checks properties that spacewasm does not validate, or would detect only when the module is
/// loaded. spacewasm keeps 16 bits of an index; a module within the limits of every device needs no
/// more.
///
/// # Errors
///
/// [`LoadError`] if the module is rejected.
pub(super) fn module(module: &Module<'_>) -> Result<(), LoadError> {
    if module.exports_an_import().map_err(malformed)? {
        return Err(unsupported("exports of imports", WITHOUT));
    }
    module.check_data().map_err(|error| match error {
        DataError::Module(error) => malformed(error),
        DataError::Passive => unsupported("bulk memory operations", MVP),
        DataError::OutOfBounds => invalid("data lies outside its memory"),
    })
}

/// Converts an error of spacewasm.
pub(super) fn refusal(error: &ParseError) -> LoadError {
    use ValidationError as Error;
    match &error.err.err {
        Error::InvalidOpcode(operation) => operation_of_later(*operation),
        Error::MalformedValueType(ty) => type_of_later(*ty),
        Error::FunctionReturnsTooLarge => unsupported("functions with several results", MVP),
        // LLVM pads a table index to five bytes if there may be several tables.
        Error::ExpectedTerminal(0)
        | Error::InvalidTableIndex
        | Error::MultipleTables
        | Error::MalformedElemType(_) => unsupported("reference types", MVP),
        Error::InvalidConstantExpr(ConstantExprError::AlreadyHasValue) => {
            unsupported("computed constants", MVP)
        }
        // Such a maximum is legal, since it is only a bound.
        Error::TableTooLarge => too_large("its table"),
        Error::InvalidHostStartFunction => unsupported("imported start functions", WITHOUT),
        Error::InvalidMemIndex => unsupported("bulk memory operations", MVP),
        Error::MultipleMemories => unsupported("two memories", WITHOUT),
        // A list of the compiler is full. A heap allocation that fails has another error,
        // `AllocationFailed`.
        Error::AllocError(AllocError::OutOfMemory)
        | Error::ControlFlowTooDeep
        | Error::StackTooLarge
        | Error::LabelStackJumpTooDeep => too_large(
            "a function nests blocks deeper than 128, or needs more than 256 values at once",
        ),
        Error::TooManyLocals => too_large("a function's locals take more than 256 KiB"),
        Error::FunctionParametersTooLarge => too_large("a function's parameters take over 1 KiB"),
        Error::LabelJumpTooLarge => too_large("a function is too long"),
        Error::AllocError(_) | Error::MemoryError(_) | Error::GuestMemoryAllocationFailure => {
            no_memory()
        }
        _ => LoadError::Invalid(EngineError::new(format!(
            "its {} is not valid",
            place(error.err.section)
        ))),
    }
}

/// Returns an error that names the feature of an operation.
fn operation_of_later(operation: u8) -> LoadError {
    match operation {
        0xc0..=0xc4 => unsupported("sign-extension operators", MVP),
        0xfc => unsupported(
            "bulk memory operations or saturating float conversions",
            MVP,
        ),
        0x1c | 0x25 | 0x26 | 0xd0..=0xd6 => unsupported("reference types", MVP),
        0xfd => unsupported("vector operations", "build it without -msimd128"),
        0xfe => unsupported("threads", "build it without -pthread"),
        0x12 | 0x13 | 0x15 => unsupported("tail calls", WITHOUT),
        0x06..=0x0a | 0x18 | 0x19 | 0x1f => unsupported("exceptions", WITHOUT),
        operation => LoadError::Invalid(EngineError::new(format!(
            "unknown operation {operation:#04x}"
        ))),
    }
}

/// Returns an error that names the feature of a type; in a block, the byte may be a type index
/// instead.
fn type_of_later(ty: u8) -> LoadError {
    match ty {
        0x7b => unsupported("vector operations", WITHOUT),
        0x63..=0x70 => unsupported("reference types", MVP),
        0x00..=0x3f | 0x80.. => unsupported("blocks with parameters or several results", MVP),
        ty => LoadError::Invalid(EngineError::new(format!("unknown type {ty:#04x}"))),
    }
}

fn place(section: Option<SectionKind>) -> &'static str {
    match section {
        Some(SectionKind::Type) => "type section",
        Some(SectionKind::Import) => "import section",
        Some(SectionKind::Function) => "function section",
        Some(SectionKind::Table) => "table section",
        Some(SectionKind::Memory) => "memory section",
        Some(SectionKind::Global) => "global section",
        Some(SectionKind::Export) => "export section",
        Some(SectionKind::Start) => "start section",
        Some(SectionKind::Element) => "element section",
        Some(SectionKind::Code) => "code section",
        Some(SectionKind::Data) => "data section",
        Some(SectionKind::Custom | SectionKind::N) | None => "structure",
    }
}

/// Returns the error for an import that has no host function.
pub(super) fn host_function(error: &HostFunctionError) -> LoadError {
    match error {
        HostFunctionError::ParameterListTooLong => {
            unsupported("imports with more than 9 parameters", WITHOUT)
        }
        HostFunctionError::MultiReturnNotAllowed => {
            unsupported("imports with several results", WITHOUT)
        }
        HostFunctionError::ValListInvalidItem => {
            unsupported("imports with vectors or references", WITHOUT)
        }
        HostFunctionError::AllocError(_) => no_memory(),
    }
}

pub(super) fn not_a_function(import: &Import<'_>) -> LoadError {
    LoadError::Invalid(EngineError::new(format!(
        "{}.{} is not a function",
        import.module, import.name
    )))
}

pub(super) fn malformed(error: ModuleError) -> LoadError {
    LoadError::Invalid(EngineError::new(error))
}

pub(super) fn no_memory() -> LoadError {
    too_large("not enough RAM is free")
}

fn invalid(why: &'static str) -> LoadError {
    LoadError::Invalid(EngineError::new(why))
}

fn too_large(what: &'static str) -> LoadError {
    LoadError::TooLarge(EngineError::new(what))
}

fn unsupported(what: &'static str, fix: &'static str) -> LoadError {
    LoadError::Unsupported { what, fix }
}
