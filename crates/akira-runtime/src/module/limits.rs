//! Limits on the parts of a module, independent of the engine.
//!
//! Each limit keeps the time and the memory that an engine takes in proportion to the bytes of the
//! module. The limits are far above the output of compilers: LLVM and AssemblyScript return one
//! value and pass a few.

use super::function_types::function_type;
use super::{ImportKind, Module, ModuleError, id, types};

/// Maximum number of parameters of a function.
const MAX_PARAMS: u32 = 32;

/// Maximum number of results of a function or a block.
const MAX_RESULTS: u32 = 8;

/// Maximum number of entries in each section. Loading takes some hundred operations of the host for
/// each function, however short.
const MAX_ENTRIES: [(u8, &str, u32); 7] = [
    (id::TYPE, "function types", types::MOST),
    (id::FUNCTION, "functions", 32_768),
    (id::TABLE, "tables", 4),
    (id::GLOBAL, "globals", 4_096),
    (id::EXPORT, "exports", types::MOST),
    (id::ELEMENT, "element segments", 1_024),
    (id::DATA, "data segments", 8_192),
];

/// Checks that a module is within the limits, and that no function has more than `function_bytes`.
///
/// # Errors
///
/// [`ModuleError`] that names the limit exceeded, or if a section is malformed.
pub(super) fn check(module: &Module<'_>, function_bytes: u32) -> Result<(), ModuleError> {
    for (section, what, most) in MAX_ENTRIES {
        if let Some(section) = module.section(section)
            && module.reader(section).count()? > most
        {
            return Err(ModuleError::TooMany { what, most });
        }
    }
    check_types(module)?;
    check_start(module)?;
    check_functions(module, function_bytes)
}

/// Rejects an imported start function, which would run while the module is instantiated, where it
/// cannot wait.
fn check_start(module: &Module<'_>) -> Result<(), ModuleError> {
    let Some(start) = module.start()? else {
        return Ok(());
    };
    let functions = module
        .imports()?
        .filter(|import| matches!(import, Ok(import) if import.kind != ImportKind::Other));
    if (start as usize) < functions.count() {
        return Err(ModuleError::Unsupported {
            what: "an imported start function",
            fix: "call the import from a function of the module",
        });
    }
    Ok(())
}

fn check_types(module: &Module<'_>) -> Result<(), ModuleError> {
    let Some(section) = module.section(id::TYPE) else {
        return Ok(());
    };
    let mut reader = module.reader(section);
    for _ in 0..reader.count()? {
        let ty = function_type(&mut reader)?;
        for (values, what, most) in [
            (ty.params, "parameters in a function type", MAX_PARAMS),
            (ty.results, "results in a function type", MAX_RESULTS),
        ] {
            if values.len() > most as usize {
                return Err(ModuleError::TooMany { what, most });
            }
        }
    }
    Ok(())
}

fn check_functions(module: &Module<'_>, most: u32) -> Result<(), ModuleError> {
    let Some(section) = module.section(id::CODE) else {
        return Ok(());
    };
    let mut reader = module.reader(section);
    for index in 0..reader.count()? {
        let bytes = reader.u32()?;
        if bytes > most {
            return Err(ModuleError::LongFunction { index, bytes, most });
        }
        reader.skip(bytes)?;
    }
    Ok(())
}
