use super::function_types::FunctionTypes;
use super::types::ExportKind;
use super::{ImportKind, Module, ModuleError, START_EXPORT, Signature, id};
use alloc::string::String;
use alloc::vec::Vec;

/// The exports that an app may begin with, first choice first: those of WAMR without WASI, then that of WASI's commands.
const ENTRIES: [&str; 4] = ["main", "__main_argc_argv", "_main", COMMAND];

/// The entry of a WASI command, which runs the initialisers itself.
const COMMAND: &str = "_start";

/// The exports that set up what the source initialises, of which the first contains the second where a module has both.
const INITIALISERS: [&str; 2] = ["_initialize", "__wasm_call_ctors"];

/// An exported function.
#[derive(Clone, Copy)]
struct Function<'a> {
    name: &'a str,
    index: u32,
}

/// Returns the exports that are called of an app, in order: its start function, its initialiser and its entry, none twice. The
/// entry is `wanted`, if the manifest names one that the module exports, or else the first of [`ENTRIES`].
///
/// # Errors
///
/// [`ModuleError`] if there is nothing to call, or a function that is to be called takes or returns what a host cannot pass.
pub(crate) fn calls(module: &Module<'_>, wanted: Option<&str>) -> Result<Vec<String>, ModuleError> {
    let entry = find(module, |name| match wanted {
        Some(wanted) if wanted == name => Some(0),
        _ => position(&ENTRIES, name).map(|rank| rank + 1),
    })?;
    let is_command = entry.is_some_and(|entry| entry.name == COMMAND);
    let initialiser = find(module, |name| position(&INITIALISERS, name))?.filter(|_| !is_command);
    let start = module.start()?.map(|index| Function {
        name: START_EXPORT,
        index,
    });
    if start.or(entry).is_none() {
        return Err(ModuleError::NoEntry);
    }
    check(module, initialiser, |ty| ty.is_initialiser())?;
    check(module, entry, |ty| ty.is_entry())?;
    let mut calls = Vec::<Function<'_>>::new();
    for function in [start, initialiser, entry].into_iter().flatten() {
        if calls.iter().all(|known| known.index != function.index) {
            calls.push(function);
        }
    }
    let name = |function: &Function<'_>| String::from(function.name);
    Ok(calls.iter().map(name).collect())
}

/// Finds the exported function whose name has the lowest rank; of several with one name the first counts.
fn find<'a>(
    module: &Module<'a>,
    rank: impl Fn(&str) -> Option<usize>,
) -> Result<Option<Function<'a>>, ModuleError> {
    let mut best = None;
    for export in module.exports()? {
        let (name, ExportKind::Function(index)) = export? else {
            continue;
        };
        if let Some(rank) = rank(name)
            && best.is_none_or(|(known, _)| rank < known)
        {
            best = Some((rank, Function { name, index }));
        }
    }
    Ok(best.map(|(_, function)| function))
}

fn position(names: &[&str], name: &str) -> Option<usize> {
    names.iter().position(|known| *known == name)
}

fn check(
    module: &Module<'_>,
    function: Option<Function<'_>>,
    may: fn(&Signature<'_>) -> bool,
) -> Result<(), ModuleError> {
    match function {
        Some(function) if !signature(module, function.index)?.is_none_or(|ty| may(&ty)) => {
            let named = ENTRIES.iter().chain(&INITIALISERS);
            let known = named.copied().find(|known| *known == function.name);
            Err(ModuleError::EntryType {
                export: known.unwrap_or("entry"),
            })
        }
        _ => Ok(()),
    }
}

/// Returns the type of the function with this index, if there is one: engines say that there is not.
fn signature<'a>(module: &Module<'a>, index: u32) -> Result<Option<Signature<'a>>, ModuleError> {
    let mut left = index;
    for import in module.imports()? {
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
    let types = module.section(id::TYPE);
    let types = FunctionTypes::new(types.map(|section| module.reader(section)))?;
    types.find(reader.u32()?, at).map(Some)
}
