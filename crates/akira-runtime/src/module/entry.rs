use super::types::ExportKind;
use super::{ImportKind, Module, ModuleError, START_EXPORT, Signature, id};
use alloc::string::String;
use alloc::vec::Vec;

/// Exports that can be the entry of an app, in order of preference: those of WAMR without WASI,
/// then that of WASI commands.
const ENTRIES: &[&str] = NAMES.split_at(4).0;

/// Exports that run the static initialisers of the app. If a module has both, the first calls the
/// second.
const INITIALISERS: &[&str] = NAMES.split_at(4).1;

const NAMES: [&str; 6] = [
    "main",
    "__main_argc_argv",
    "_main",
    COMMAND,
    "_initialize",
    "__wasm_call_ctors",
];

/// The entry of a WASI command, which calls the initialisers itself.
const COMMAND: &str = "_start";

/// An exported function.
#[derive(Clone, Copy)]
struct Function<'a> {
    name: &'a str,
    index: u32,
}

/// Returns the exports to call in an app, in order and without duplicates: its start function, its
/// initialiser and its entry. The entry is `wanted` if the manifest names one that the module
/// exports as a function, or else the first of [`ENTRIES`] that exists.
///
/// # Errors
///
/// [`ModuleError`] if there is nothing to call, or if a function to call has parameters or results
/// that a host cannot pass.
pub(crate) fn calls(module: &Module<'_>, wanted: Option<&str>) -> Result<Vec<String>, ModuleError> {
    let entry = match exported(module, wanted.unwrap_or(ENTRIES[0]))? {
        None => first_of(module, ENTRIES)?,
        wanted => wanted,
    };
    let initialiser = match entry {
        Some(entry) if entry.name == COMMAND => None,
        _ => first_of(module, INITIALISERS)?,
    };
    let start = module.start()?.map(|index| Function {
        name: START_EXPORT,
        index,
    });
    if start.or(entry).is_none() {
        return Err(ModuleError::NoEntry);
    }
    check(module, initialiser, false)?;
    check(module, entry, true)?;
    let mut calls = Vec::<Function<'_>>::new();
    for function in [start, initialiser, entry].into_iter().flatten() {
        if calls.iter().all(|known| known.index != function.index) {
            calls.push(function);
        }
    }
    let name = |function: &Function<'_>| String::from(function.name);
    Ok(calls.iter().map(name).collect())
}

fn first_of<'a>(module: &Module<'a>, names: &[&str]) -> Result<Option<Function<'a>>, ModuleError> {
    for name in names {
        if let Some(function) = exported(module, name)? {
            return Ok(Some(function));
        }
    }
    Ok(None)
}

/// Finds an exported function; of several with the same name, the first.
#[inline(never)]
fn exported<'a>(module: &Module<'a>, name: &str) -> Result<Option<Function<'a>>, ModuleError> {
    for export in module.exports()? {
        match export? {
            (found, ExportKind::Function(index)) if found == name => {
                return Ok(Some(Function { name: found, index }));
            }
            _ => {}
        }
    }
    Ok(None)
}

/// Checks that a host can call a function: an entry has the type of an entry, an initialiser has no
/// parameters or results.
fn check(
    module: &Module<'_>,
    function: Option<Function<'_>>,
    is_entry: bool,
) -> Result<(), ModuleError> {
    let Some(function) = function else {
        return Ok(());
    };
    let fits = match signature(module, function.index)? {
        Some(ty) if is_entry => ty.is_entry(),
        Some(ty) => ty.params.is_empty() && ty.results.is_empty(),
        None => true,
    };
    let known = NAMES.iter().copied().find(|known| *known == function.name);
    let export = known.unwrap_or("entry");
    fits.then_some(()).ok_or(ModuleError::EntryType { export })
}

/// Returns the type of the function with this index; `None` if there is no such function, which the
/// engine reports.
fn signature<'a>(module: &Module<'a>, index: u32) -> Result<Option<Signature<'a>>, ModuleError> {
    let mut left = index;
    let mut imports = module.imports()?;
    for import in imports.by_ref() {
        if let ImportKind::Function(signature) = import?.kind {
            let Some(next) = left.checked_sub(1) else {
                return Ok(Some(signature));
            };
            left = next;
        }
    }
    let Some(section) = module.section(id::FUNCTION) else {
        return Ok(None);
    };
    let mut reader = module.reader(section);
    if left >= reader.count()? {
        return Ok(None);
    }
    for _ in 0..left {
        reader.u32()?;
    }
    let at = reader.position();
    imports.ty(reader.u32()?, at).map(Some)
}
