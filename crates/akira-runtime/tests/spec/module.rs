//! Parses the parts of a module that the driver needs, and adds entries to its sections.

use std::collections::HashMap;

use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{Encode, ValType};
use wasmparser::{BinaryReader, ExternalKind, Parser, Payload, TypeRef};

/// Functions, globals and exports of a module.
#[derive(Default)]
pub(crate) struct Shape {
    /// Parameters and results of each type.
    pub(crate) types: Vec<(Vec<ValType>, Vec<ValType>)>,
    /// Number of imported functions.
    pub(crate) imported_functions: u32,
    /// Type index of each function, the imported ones first.
    function_types: Vec<u32>,
    pub(crate) global_types: Vec<ValType>,
    /// Number of globals.
    pub(crate) globals: u32,
    pub(crate) exported_functions: HashMap<String, u32>,
    exported_globals: HashMap<String, u32>,
}

impl Shape {
    /// Parses a module. Returns `None` if it has something that neither engine supports.
    pub(crate) fn of(module: &[u8]) -> Option<Self> {
        let mut shape = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            shape.note(payload.ok()?)?;
        }
        shape.globals = shape.global_types.len() as u32;
        Some(shape)
    }

    pub(crate) fn functions(&self) -> u32 {
        self.function_types.len() as u32
    }

    pub(crate) fn function(&self, export: &str) -> Option<u32> {
        self.exported_functions.get(export).copied()
    }

    pub(crate) fn global(&self, export: &str) -> Option<(u32, ValType)> {
        let index = *self.exported_globals.get(export)?;
        Some((index, *self.global_types.get(index as usize)?))
    }

    /// Returns the parameters and the results of a function.
    pub(crate) fn signature(&self, function: u32) -> Option<&(Vec<ValType>, Vec<ValType>)> {
        let ty = self.function_types.get(function as usize)?;
        self.types.get(*ty as usize)
    }

    fn note(&mut self, payload: Payload<'_>) -> Option<()> {
        match payload {
            Payload::TypeSection(section) => {
                for ty in section.into_iter_err_on_gc_types() {
                    let ty = ty.ok()?;
                    let results = value_types(ty.results())?;
                    self.types.push((value_types(ty.params())?, results));
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    match import.ok()?.ty {
                        TypeRef::Func(ty) => {
                            self.imported_functions += 1;
                            self.function_types.push(ty);
                        }
                        TypeRef::Global(ty) => self.global_types.push(value_type(ty.content_type)?),
                        _ => {}
                    }
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    self.function_types.push(ty.ok()?);
                }
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    let ty = global.ok()?.ty.content_type;
                    self.global_types.push(value_type(ty)?);
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export.ok()?;
                    let exports = match export.kind {
                        ExternalKind::Func => &mut self.exported_functions,
                        ExternalKind::Global => &mut self.exported_globals,
                        _ => continue,
                    };
                    exports.insert(export.name.to_owned(), export.index);
                }
            }
            _ => {}
        }
        Some(())
    }
}

fn value_types(types: &[wasmparser::ValType]) -> Option<Vec<ValType>> {
    types.iter().map(|ty| value_type(*ty)).collect()
}

fn value_type(ty: wasmparser::ValType) -> Option<ValType> {
    RoundtripReencoder.val_type(ty).ok()
}

/// Iterator over the sections of a module, in order, with the id and the contents of each.
pub(crate) struct Sections<'a>(pub(crate) BinaryReader<'a>);

impl<'a> Iterator for Sections<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let id = self.0.read_u8().ok()?;
        let size = self.0.read_var_u32().ok()?;
        Some((id, self.0.read_bytes(size as usize).ok()?))
    }
}

/// Position of each section id in the order that the binary format requires.
const ORDER: [u8; 14] = [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 11, 6];

/// Returns the module with entries added to its sections. The additions are in section order.
/// Returns `None` if the module cannot be parsed.
pub(crate) fn add_to_sections(module: &[u8], additions: &[(u8, Vec<Vec<u8>>)]) -> Option<Vec<u8>> {
    let mut out = module.get(..8)?.to_vec();
    let mut left = additions.iter().peekable();
    for (id, contents) in Sections(BinaryReader::new(module.get(8..)?, 8)) {
        let place = ORDER.get(usize::from(id))?;
        while let Some((added, entries)) =
            left.next_if(|(added, _)| id != 0 && ORDER[usize::from(*added)] < *place)
        {
            write(&mut out, *added, &[0], entries)?;
        }
        match left.next_if(|(added, _)| *added == id) {
            Some((_, entries)) => write(&mut out, id, contents, entries)?,
            None => raw(&mut out, id, contents),
        }
    }
    for (added, entries) in left {
        write(&mut out, *added, &[0], entries)?;
    }
    Some(out)
}

/// Writes a section with entries added to it.
fn write(out: &mut Vec<u8>, id: u8, contents: &[u8], entries: &[Vec<u8>]) -> Option<()> {
    let mut reader = BinaryReader::new(contents, 0);
    let count = reader.read_var_u32().ok()? + entries.len() as u32;
    let mut body = Vec::new();
    count.encode(&mut body);
    body.extend_from_slice(contents.get(reader.original_position() as usize..)?);
    body.extend(entries.iter().flatten());
    raw(out, id, &body);
    Some(())
}

pub(crate) fn raw(out: &mut Vec<u8>, id: u8, contents: &[u8]) {
    out.push(id);
    contents.encode(out);
}
