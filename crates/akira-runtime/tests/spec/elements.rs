//! Conversion of element sections to the form of WebAssembly 1.0.

use crate::module::{Sections, raw};
use wasm_encoder::{ConstExpr, ElementSection, Elements, Section};
use wasmparser::{BinaryReader, ElementItems, ElementKind, ElementSectionReader};

/// Returns the module with its elements in the form of WebAssembly 1.0, if they can be expressed in
/// it. The suite's encoder names table 0 and the kind of elements, which only newer engines can
/// read.
pub(crate) fn with_plain_elements(module: &[u8]) -> Vec<u8> {
    plain_elements(module).unwrap_or_else(|| module.to_vec())
}

fn plain_elements(module: &[u8]) -> Option<Vec<u8>> {
    let mut out = module.get(..8)?.to_vec();
    let mut sections = Sections(BinaryReader::new(module.get(8..)?, 8));
    for (id, contents) in &mut sections {
        match (id, id == ELEMENTS) {
            (_, true) => elements(contents)?.append_to(&mut out),
            (id, false) => raw(&mut out, id, contents),
        }
    }
    sections.0.eof().then_some(out)
}

const ELEMENTS: u8 = 9;

fn elements(contents: &[u8]) -> Option<ElementSection> {
    let reader = BinaryReader::new(contents, 0);
    let mut section = ElementSection::new();
    for element in ElementSectionReader::new(reader).ok()? {
        let element = element.ok()?;
        let (
            ElementKind::Active {
                table_index: None | Some(0),
                offset_expr,
            },
            ElementItems::Functions(functions),
        ) = (element.kind, element.items)
        else {
            return None;
        };
        let mut offset = offset_expr.get_binary_reader();
        let offset = offset.read_bytes(offset.bytes_remaining()).ok()?;
        // The end opcode is dropped, because the encoder adds it.
        let offset = ConstExpr::raw(offset.split_last()?.1.iter().copied());
        let functions = functions.into_iter().collect::<Result<Vec<_>, _>>().ok()?;
        section.active(None, &offset, Elements::Functions(functions.into()));
    }
    Some(section)
}
