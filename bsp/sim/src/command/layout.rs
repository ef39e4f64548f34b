//! Checks of a module's structure and of its memory layout.

use akira::abi::{Ret, all};
use wasmparser::{
    ConstExpr, DataKind, Global, Operator, Parser, Payload, ValType as Type, Validator,
};

/// Words in a device's message for an invalid module. The device itself does not name the violated
/// rule, to save flash.
const BROKEN: [&str; 2] = ["malformed", "cut off"];

/// Returns the WebAssembly validation rule that a module violates, if the device refused the
/// module with `reason` as invalid.
pub(super) fn fault(module: &[u8], reason: &str) -> Option<String> {
    let is_broken = BROKEN.iter().any(|word| reason.contains(word));
    let is_wasm = module.starts_with(b"\0asm");
    let checked = (is_broken && is_wasm).then(|| Validator::new().validate_all(module));
    let fault = checked?.err()?;
    Some(format!(". Violated rule: {fault}"))
}

/// Returns warnings about the memory layout of a module.
pub(super) fn warnings(module: &[u8]) -> Vec<String> {
    let layout = Layout::of(module);
    let mut warnings = Vec::new();
    if let (Some(stack), Some(data)) = (layout.stack, layout.data)
        && data < stack
    {
        warnings.push(String::from(
            "its stack lies above its data: recursion that is too deep overwrites the data before anything traps; link with -Wl,--stack-first",
        ));
    }
    if let (Some(allocator), true) = (layout.allocator, layout.grows) {
        warnings.push(format!(
            "it takes memory from the host ({allocator}) and also grows its memory: an allocator of the app that uses all memory up to its end overwrites the host's blocks; use only one of the two"
        ));
    }
    warnings
}

/// Memory layout of a module, as far as it can be derived from the module.
#[derive(Debug, Default)]
struct Layout {
    /// Start address of the stack, which grows down: the initial value of the first global, where
    /// LLVM has the stack pointer.
    stack: Option<u32>,
    /// Lowest address of a data segment.
    data: Option<u32>,
    /// Name of an imported native call that allocates memory.
    allocator: Option<String>,
    /// Whether the code has a `memory.grow` instruction.
    grows: bool,
}

impl Layout {
    /// Reads a module that was admitted. Sections that cannot be read are skipped.
    fn of(module: &[u8]) -> Self {
        let mut layout = Self::default();
        for payload in Parser::new(0).parse_all(module).map_while(Result::ok) {
            match payload {
                Payload::ImportSection(imports) => {
                    let imports = imports.into_imports().map_while(Result::ok);
                    let names = imports.map(|import| (import.module, import.name));
                    let allocates = |(module, name): &(&str, &str)| {
                        all().any(|row| {
                            row.result == Ret::Allocation
                                && row.name == *name
                                && row.module.name() == *module
                        })
                    };
                    let found = names.into_iter().find(allocates);
                    layout.allocator = found.map(|(module, name)| format!("{module}.{name}"));
                }
                Payload::GlobalSection(globals) => {
                    let first = globals.into_iter().next();
                    layout.stack = first.and_then(Result::ok).and_then(|global| stack(&global));
                }
                Payload::DataSection(segments) => {
                    let starts = segments.into_iter().map_while(Result::ok);
                    layout.data = starts.filter_map(|segment| start(&segment.kind)).min();
                }
                Payload::CodeSectionEntry(body) => {
                    let operators = body.get_operators_reader().into_iter().flatten();
                    let grows = |operator| matches!(operator, Ok(Operator::MemoryGrow { .. }));
                    layout.grows |= operators.into_iter().any(grows);
                }
                _ => {}
            }
        }
        layout
    }
}

/// Returns the initial value of a global that may be the stack pointer: a mutable `i32` that is a
/// multiple of 16, as LLVM aligns the stack.
fn stack(global: &Global<'_>) -> Option<u32> {
    let is_pointer = global.ty.mutable && global.ty.content_type == Type::I32;
    let value = number(&global.init_expr)?;
    (is_pointer && value != 0 && value.is_multiple_of(16)).then_some(value)
}

fn start(kind: &DataKind<'_>) -> Option<u32> {
    match kind {
        DataKind::Active { offset_expr, .. } => number(offset_expr),
        DataKind::Passive => None,
    }
}

/// Returns the value of a constant expression that is a single `i32.const`.
fn number(expression: &ConstExpr<'_>) -> Option<u32> {
    match expression.get_operators_reader().read() {
        Ok(Operator::I32Const { value }) => Some(value.cast_unsigned()),
        _ => None,
    }
}
