use super::types::ExportKind;
use super::{MemoryLimits, Module, ModuleError, Section, Sections, id};
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

/// The export under which a sanitised module offers its start function.
///
/// A start function runs during instantiation, where it can neither pause nor wait. It is taken out and called as the
/// app's first function instead, in slices and within the budget like all else. No tool makes a name that begins so.
pub const START_EXPORT: &str = "\0start";

/// The bytes that an engine gets: the module's own, or a mended copy.
#[derive(Debug)]
pub enum Sanitised<'a> {
    /// Nothing had to be mended.
    Original(&'a [u8]),
    /// A copy without start section, duplicate exports and custom sections, or with room for the host's heap.
    Mended(Vec<u8>),
}

impl AsRef<[u8]> for Sanitised<'_> {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Original(bytes) => bytes,
            Self::Mended(bytes) => bytes,
        }
    }
}

/// Mends what AkiraOS accepts and a conforming engine does not.
///
/// Of exports with the same name the first stays. A start section becomes [`START_EXPORT`]. `heap_pages` are added to
/// the maximum of the memory, for apps that let the host allocate above the memory which they declare.
///
/// # Errors
///
/// [`ModuleError`] if a section that must be read is malformed.
pub fn sanitise<'a>(module: &Module<'a>, heap_pages: u64) -> Result<Sanitised<'a>, ModuleError> {
    let start = module.start()?;
    let memory = raised_memory(module, heap_pages)?;
    if start.is_none() && memory.is_none() && !has_duplicate_exports(module)? {
        return Ok(Sanitised::Original(module.bytes()));
    }
    mend(module, start, memory).map(Sanitised::Mended)
}

/// Returns the memory with room for the heap, or `None` if it may grow far enough already.
fn raised_memory(
    module: &Module<'_>,
    heap_pages: u64,
) -> Result<Option<MemoryLimits>, ModuleError> {
    let Some(memory) = module.memory()? else {
        return Ok(None);
    };
    let Some(maximum) = memory.maximum.filter(|_| heap_pages > 0) else {
        return Ok(None);
    };
    let most = (1_u64 << 32) >> memory.page_log2;
    let raised = maximum.saturating_add(heap_pages).min(most);
    Ok((raised > maximum).then_some(MemoryLimits {
        maximum: Some(raised),
        ..memory
    }))
}

fn has_duplicate_exports(module: &Module<'_>) -> Result<bool, ModuleError> {
    let mut seen = BTreeSet::new();
    for export in module.exports()? {
        if !seen.insert(export?.0) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn mend(
    module: &Module<'_>,
    start: Option<u32>,
    memory: Option<MemoryLimits>,
) -> Result<Vec<u8>, ModuleError> {
    let bytes = module.bytes();
    let mut out = Vec::with_capacity(engine_bytes(bytes) + 64);
    out.extend_from_slice(&bytes[..8.min(bytes.len())]);
    let mut exports_written = false;
    for section in Sections::new(bytes) {
        let section = section?;
        if section.id == id::CUSTOM {
            continue;
        }
        if !exports_written && order(section.id) >= order(id::EXPORT) {
            write_section(&mut out, id::EXPORT, &exports(module, start)?);
            exports_written = true;
        }
        match (section.id, memory) {
            (id::EXPORT | id::START, _) => {}
            (id::MEMORY, Some(memory)) => {
                write_section(&mut out, id::MEMORY, &memory_section(memory))
            }
            _ => copy_section(&mut out, bytes, section),
        }
    }
    Ok(out)
}

/// Returns the bytes of all sections but the custom ones, which engines ignore: a copy must not cost RAM for them, since
/// admission counts by what engines need.
fn engine_bytes(bytes: &[u8]) -> usize {
    let sections = Sections::new(bytes).filter_map(Result::ok);
    let kept = sections.filter(|section| section.id != id::CUSTOM);
    kept.map(|section| section.end - section.at).sum()
}

/// Returns a section's place in the order that the binary format wants; tags stand before globals, the data count
/// before the code.
pub(super) fn order(section: u8) -> u8 {
    const ORDER: [u8; id::LAST as usize + 1] = [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 11, 6];
    ORDER.get(usize::from(section)).copied().unwrap_or(u8::MAX)
}

fn copy_section(out: &mut Vec<u8>, bytes: &[u8], section: Section) {
    out.extend_from_slice(bytes.get(section.at..section.end).unwrap_or(&[]));
}

pub(super) fn write_section(out: &mut Vec<u8>, id: u8, contents: &[u8]) {
    out.push(id);
    write_number(out, contents.len() as u64);
    out.extend_from_slice(contents);
}

pub(super) fn memory_section(memory: MemoryLimits) -> Vec<u8> {
    let mut out = Vec::from([1, if memory.page_log2 == 16 { 1 } else { 9 }]);
    write_number(&mut out, memory.minimum);
    write_number(&mut out, memory.maximum.unwrap_or(memory.minimum));
    if memory.page_log2 != 16 {
        write_number(&mut out, u64::from(memory.page_log2));
    }
    out
}

/// Writes the export section anew: each name once, and the start function at the end, for which an export of the module
/// under its name gives way.
fn exports(module: &Module<'_>, start: Option<u32>) -> Result<Vec<u8>, ModuleError> {
    let mut seen = BTreeSet::new();
    if start.is_some() {
        // Not collected, which would sort.
        seen.insert(START_EXPORT);
    }
    let mut body = Vec::new();
    let mut exports = module.exports()?;
    let mut from = exports.position();
    while let Some(export) = exports.next() {
        let (name, _) = export?;
        let to = exports.position();
        if seen.insert(name) {
            body.extend_from_slice(module.bytes().get(from..to).unwrap_or(&[]));
        }
        from = to;
    }
    let mut out = Vec::with_capacity(body.len() + 16);
    write_number(&mut out, seen.len() as u64);
    out.extend_from_slice(&body);
    if let Some(start) = start {
        write_number(&mut out, START_EXPORT.len() as u64);
        out.extend_from_slice(START_EXPORT.as_bytes());
        out.push(0);
        write_number(&mut out, u64::from(start));
    }
    Ok(out)
}

pub(super) fn write_number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// The names under which an app's entry is looked for, in order: those of WAMR without WASI.
pub(crate) const ENTRIES: [&str; 3] = ["main", "__main_argc_argv", "_main"];

/// Finds the entry of an app: `wanted` if the manifest names one that the module exports, else the first of
/// [`ENTRIES`].
///
/// # Errors
///
/// [`ModuleError`] if the export section is malformed.
pub(crate) fn find_entry<'a>(
    module: &Module<'a>,
    wanted: Option<&str>,
) -> Result<Option<&'a str>, ModuleError> {
    let mut best = None;
    for export in module.exports()? {
        let (name, kind) = export?;
        let ExportKind::Function(_) = kind else {
            continue;
        };
        let rank = match wanted {
            Some(wanted) if wanted == name => Some(0),
            _ => ENTRIES
                .iter()
                .position(|entry| *entry == name)
                .map(|rank| rank + 1),
        };
        if let Some(rank) = rank.filter(|rank| best.is_none_or(|(known, _)| *rank < known)) {
            best = Some((rank, name));
        }
    }
    Ok(best.map(|(_, name)| name))
}
