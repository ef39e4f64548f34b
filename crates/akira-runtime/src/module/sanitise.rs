use super::reader::Reader;
#[cfg(feature = "wasmi")]
use super::selects;
use super::{MemoryLimits, Module, ModuleError, Section, Sections, id};
use alloc::vec::Vec;

/// Name under which a sanitised module exports its start function.
///
/// A start function runs during instantiation, where it can neither pause nor wait. Therefore,
/// [`sanitise`] removes the start section and exports the function, so that the runtime can call it
/// first, in slices and within the budget like every other function. No tool generates a name that
/// starts with a zero byte.
pub const START_EXPORT: &str = "\0start";

/// Import kind of a memory.
const MEMORY_IMPORT: u8 = 2;

/// Module as [`sanitise`] returns it for an engine: the unchanged bytes, or a corrected copy.
#[derive(Debug)]
pub enum Sanitised<'a> {
    /// Bytes of the unchanged module.
    Original(&'a [u8]),
    /// Copy of the module without start section, duplicate exports and custom sections, or with
    /// room for the host's heap.
    Rewritten(Vec<u8>),
}

impl AsRef<[u8]> for Sanitised<'_> {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Original(bytes) => bytes,
            Self::Rewritten(bytes) => bytes,
        }
    }
}

/// Reason why an engine needs a sanitised module; it determines which corrections [`sanitise`]
/// makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The engine only validates the module. The only correction is that the first of several
    /// exports with the same name stays.
    Check,
    /// The engine loads the module and creates its linear memory.
    Load,
    /// wasmi 2.0.0 loads the module. The copy imports its linear memory from the host, after all
    /// other imports, and contains no comparison right before a `select` that wasmi would translate
    /// incorrectly.
    #[cfg(feature = "wasmi")]
    LoadForWasmi,
}

impl Purpose {
    const fn imports_memory(self) -> bool {
        #[cfg(feature = "wasmi")]
        return matches!(self, Self::LoadForWasmi);
        #[cfg(not(feature = "wasmi"))]
        return false;
    }
}

/// Corrects a module that AkiraOS accepts and a conforming engine does not. Returns the unchanged
/// bytes if nothing needs a correction.
///
/// The first of several exports with the same name stays. To load a module, the start section is
/// replaced by the export [`START_EXPORT`], and `heap_pages` are added to the maximum size of the
/// memory, as room for the host's heap above the memory that the app declares.
///
/// # Errors
///
/// [`ModuleError`] if a section that the corrections depend on is malformed.
pub fn sanitise<'a>(
    module: &Module<'a>,
    heap_pages: u64,
    purpose: Purpose,
) -> Result<Sanitised<'a>, ModuleError> {
    let loads = purpose != Purpose::Check;
    let start = module.start()?.filter(|_| loads);
    let memory = if loads {
        memory_with_heap(module, heap_pages)?
    } else {
        None
    };
    let mut sections = Vec::new();
    if let Some(memory) = memory {
        if purpose.imports_memory() {
            sections.push((id::IMPORT, Some(imports(module, memory)?)));
            sections.push((id::MEMORY, None));
        } else if module.memory()? != Some(memory) {
            sections.push((id::MEMORY, Some(memory_section(memory))));
        }
    }
    if start.is_some() || has_duplicate_exports(module)? {
        sections.push((id::EXPORT, Some(exports(module, start)?)));
    }
    if start.is_some() {
        sections.push((id::START, None));
    }
    #[cfg(feature = "wasmi")]
    if purpose == Purpose::LoadForWasmi {
        let places = selects::find(module)?;
        if !places.is_empty() {
            sections.push((id::CODE, Some(selects::rewritten(module, &places)?)));
        }
    }
    if sections.is_empty() {
        return Ok(Sanitised::Original(module.bytes()));
    }
    rewrite(module, sections).map(Sanitised::Rewritten)
}

/// Returns the module's memory with room for the heap.
fn memory_with_heap(
    module: &Module<'_>,
    heap_pages: u64,
) -> Result<Option<MemoryLimits>, ModuleError> {
    Ok(module.memory()?.map(|memory| {
        let most = ((1_u64 << 32) >> memory.page_log2).min(u32::MAX.into());
        let raised = |maximum: u64| maximum.max(maximum.saturating_add(heap_pages).min(most));
        MemoryLimits {
            maximum: memory.maximum.map(raised),
            ..memory
        }
    }))
}

fn has_duplicate_exports(module: &Module<'_>) -> Result<bool, ModuleError> {
    let mut seen = Names::default();
    for export in module.exports()? {
        if !seen.insert(export?.0) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Set of names, sorted. A device accepts few exports, so it is enough to move the names after an
/// inserted one.
#[derive(Default)]
struct Names<'a>(Vec<&'a str>);

impl<'a> Names<'a> {
    /// Adds a name; returns whether it is new.
    fn insert(&mut self, name: &'a str) -> bool {
        let place = self.0.binary_search(&name);
        let new = place.err();
        if let Some(place) = new {
            self.0.insert(place, name);
        }
        new.is_some()
    }
}

/// A section that replaces the module's own; `None` removes it.
type Replacement = (u8, Option<Vec<u8>>);

/// Copies a module without its custom sections and with the replacements, which are sorted in the
/// order of the format.
fn rewrite(module: &Module<'_>, sections: Vec<Replacement>) -> Result<Vec<u8>, ModuleError> {
    let bytes = module.bytes();
    let written = sections
        .iter()
        .filter_map(|(_, contents)| contents.as_ref());
    let added = written.map(|contents| contents.len() + 8).sum::<usize>();
    let mut out = Vec::with_capacity(engine_bytes(bytes) + added);
    out.extend_from_slice(&bytes[..8.min(bytes.len())]);
    let mut left = sections.as_slice();
    for section in Sections::new(bytes) {
        let section = section?;
        if section.id == id::CUSTOM {
            continue;
        }
        write_up_to(&mut out, &mut left, order(section.id));
        if !sections.iter().any(|(id, _)| *id == section.id) {
            copy_section(&mut out, bytes, section);
        }
    }
    write_up_to(&mut out, &mut left, u8::MAX);
    Ok(out)
}

/// Writes the replacements up to this place in the order, and removes them from the list.
fn write_up_to(out: &mut Vec<u8>, left: &mut &[Replacement], place: u8) {
    while let [(id, contents), rest @ ..] = left
        && order(*id) <= place
    {
        if let Some(contents) = contents {
            write_section(out, *id, contents);
        }
        *left = rest;
    }
}

/// Returns the import section with one additional import, that of the memory.
fn imports(module: &Module<'_>, memory: MemoryLimits) -> Result<Vec<u8>, ModuleError> {
    // Rejects trailing bytes, which would become part of the added import.
    let known = module
        .imports()?
        .try_fold(0_u64, |known, import| import.map(|_| known + 1))?;
    let section = module.section(id::IMPORT);
    let mut reader = section.map(|section| module.reader(section));
    reader.as_mut().map_or(Ok(0), Reader::count)?;
    let bytes = reader.map_or(&[][..], |reader| reader.rest());
    let mut out = Vec::with_capacity(bytes.len() + 32);
    write_number(&mut out, known + 1);
    out.extend_from_slice(bytes);
    // Both names are empty: no app that a device accepts imports a memory.
    out.extend_from_slice(&[0, 0, MEMORY_IMPORT]);
    write_memory(&mut out, memory);
    Ok(out)
}

/// Returns the size of all sections except custom ones, which engines ignore. A copy must not use
/// RAM for them, since admission counts only the sections that engines need.
fn engine_bytes(bytes: &[u8]) -> usize {
    let sections = Sections::new(bytes).filter_map(Result::ok);
    let kept = sections.filter(|section| section.id != id::CUSTOM);
    kept.map(|section| section.end - section.at).sum()
}

/// Returns a section's place in the order of the binary format: tags come before globals, the data
/// count before the code.
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
    let mut out = Vec::from([1]);
    write_memory(&mut out, memory);
    out
}

fn write_memory(out: &mut Vec<u8>, memory: MemoryLimits) {
    const MAXIMUM: u8 = 1;
    const PAGE_SIZE: u8 = 8;
    let maximum = memory.maximum.map_or(0, |_| MAXIMUM);
    let page_size = if memory.page_log2 == 16 { 0 } else { PAGE_SIZE };
    out.push(maximum | page_size);
    write_number(out, memory.minimum);
    if let Some(maximum) = memory.maximum {
        write_number(out, maximum);
    }
    if page_size != 0 {
        write_number(out, u64::from(memory.page_log2));
    }
}

/// Rewrites the export section: each name once, and the start function at the end, which replaces
/// an export of the module with the same name.
fn exports(module: &Module<'_>, start: Option<u32>) -> Result<Vec<u8>, ModuleError> {
    let mut seen = Names::default();
    if start.is_some() {
        // Not collected, because that would sort the names.
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
    write_number(&mut out, seen.0.len() as u64);
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
