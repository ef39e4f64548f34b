use super::function_types::FunctionTypes;
use super::reader::Reader;
use super::{Module, ModuleError, id};
use akira_abi::{NativeCall, ValType};

/// Maximum number of imports, exports and function types. Apps have tens; the limit bounds the time
/// and the memory of an admission, whatever a module declares.
pub(super) const MOST: u32 = 1024;

const I32: u8 = 0x7f;
const I64: u8 = 0x7e;

/// Type of a function, as it is encoded in the type section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature<'a> {
    /// Encoded types of the parameters, one byte for each.
    pub params: &'a [u8],
    /// Encoded types of the results, one byte for each.
    pub results: &'a [u8],
}

impl Signature<'_> {
    /// Returns whether this is the function type of the native call.
    pub fn is_of(&self, call: &NativeCall) -> bool {
        let params = call.wasm_params().map(encode);
        let results = call.wasm_result().map(encode);
        self.params.iter().copied().eq(params) && self.results.iter().copied().eq(results)
    }

    /// Returns whether a host can call a function of this type as an entry: it has no parameters or
    /// `(i32, i32)`, and no result or an i32.
    pub fn is_entry(&self) -> bool {
        matches!(self.params, [] | [I32, I32]) && matches!(self.results, [] | [I32])
    }
}

fn encode(ty: ValType) -> u8 {
    match ty {
        ValType::I32 => I32,
        ValType::I64 => I64,
    }
}

/// Kind of an import, with its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportKind<'a> {
    /// A function of this type.
    Function(Signature<'a>),
    /// A table, a memory or a global. No board offers these.
    Other,
}

/// One import of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Import<'a> {
    /// Name of the module that the app imports from, such as `akira` or `env`.
    pub module: &'a str,
    /// Name of the imported item.
    pub name: &'a str,
    /// Kind of the imported item.
    pub kind: ImportKind<'a>,
}

/// Iterator over the imports of a module. It ends after the first error. Bytes after the last
/// import are an error.
#[derive(Clone, Debug)]
pub struct Imports<'a> {
    types: FunctionTypes<'a>,
    reader: Option<Reader<'a>>,
    left: u32,
}

impl<'a> Imports<'a> {
    pub(super) fn new(module: &Module<'a>) -> Result<Self, ModuleError> {
        let mut reader = module
            .section(id::IMPORT)
            .map(|section| module.reader(section));
        let left = reader
            .as_mut()
            .map_or(Ok(0), |reader| bounded("imports", reader))?;
        let types = module.section(id::TYPE);
        Ok(Self {
            types: FunctionTypes::new(types.map(|section| module.reader(section)))?,
            reader,
            left,
        })
    }

    /// Returns the offset of the next import in the module.
    pub(crate) fn position(&self) -> usize {
        self.reader.as_ref().map_or(0, Reader::position)
    }

    /// Returns the module's type with this index; `at` is the offset of the index, for the error.
    pub(super) fn ty(&self, index: u32, at: usize) -> Result<Signature<'a>, ModuleError> {
        self.types.find(index, at)
    }

    fn read(&mut self) -> Result<Import<'a>, ModuleError> {
        let reader = self.reader.as_mut().ok_or(ModuleError::Malformed(0))?;
        let (module, name) = (reader.name()?, reader.name()?);
        let at = reader.position();
        let kind = match reader.byte()? {
            0 => ImportKind::Function(self.types.find(reader.u32()?, at)?),
            1 => table_minimum(reader).map(|_| ImportKind::Other)?,
            2 => super::MemoryLimits::read(reader).map(|_| ImportKind::Other)?,
            3 => reader.skip(2).map(|()| ImportKind::Other)?,
            4 => return Err(super::EXCEPTIONS),
            _ => return Err(ModuleError::Malformed(at)),
        };
        Ok(Import { module, name, kind })
    }
}

impl<'a> Iterator for Imports<'a> {
    type Item = Result<Import<'a>, ModuleError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Some(left) = self.left.checked_sub(1) else {
            return self.reader.take()?.end().err().map(Err);
        };
        self.left = left;
        let import = self.read();
        if import.is_err() {
            self.left = 0;
            self.reader = None;
        }
        Some(import)
    }
}

/// Returns the names of the import at this offset in an image.
pub(crate) fn names_of_import(image: &[u8], at: u32) -> Option<(&str, &str)> {
    let mut reader = Reader::new(image, at as usize..image.len());
    Some((reader.name().ok()?, reader.name().ok()?))
}

/// Kind of an export, with its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportKind {
    /// The function with this index, imported functions first.
    Function(u32),
    /// The memory with this index.
    Memory(u32),
    /// A table, a global or a tag; the index is not needed.
    Other,
}

/// Iterator over the names and kinds of the exports of a module. It ends after the first error.
/// Bytes after the last export are an error.
#[derive(Clone, Debug)]
pub struct Exports<'a> {
    reader: Option<Reader<'a>>,
    left: u32,
}

impl<'a> Exports<'a> {
    pub(super) fn new(module: &Module<'a>) -> Result<Self, ModuleError> {
        let mut reader = module
            .section(id::EXPORT)
            .map(|section| module.reader(section));
        let left = reader
            .as_mut()
            .map_or(Ok(0), |reader| bounded("exports", reader))?;
        Ok(Self { reader, left })
    }

    /// Returns the offset of the next export in the module.
    pub(super) fn position(&self) -> usize {
        self.reader.as_ref().map_or(0, Reader::position)
    }

    fn read(&mut self) -> Result<(&'a str, ExportKind), ModuleError> {
        let reader = self.reader.as_mut().ok_or(ModuleError::Malformed(0))?;
        let name = reader.name()?;
        let at = reader.position();
        let (kind, index) = (reader.byte()?, reader.u32()?);
        match kind {
            0 => Ok((name, ExportKind::Function(index))),
            2 => Ok((name, ExportKind::Memory(index))),
            1 | 3 | 4 => Ok((name, ExportKind::Other)),
            _ => Err(ModuleError::Malformed(at)),
        }
    }
}

impl<'a> Iterator for Exports<'a> {
    type Item = Result<(&'a str, ExportKind), ModuleError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Some(left) = self.left.checked_sub(1) else {
            return self.reader.take()?.end().err().map(Err);
        };
        self.left = left;
        let export = self.read();
        if export.is_err() {
            self.left = 0;
            self.reader = None;
        }
        Some(export)
    }
}

fn bounded(what: &'static str, reader: &mut Reader<'_>) -> Result<u32, ModuleError> {
    let count = reader.count()?;
    if count > MOST {
        Err(ModuleError::TooMany { what, most: MOST })
    } else {
        Ok(count)
    }
}

/// Reads a table type and returns its minimum.
pub(super) fn table_minimum(reader: &mut Reader<'_>) -> Result<u64, ModuleError> {
    reader.skip(1)?;
    let flags = reader.byte()?;
    let minimum = reader.u64()?;
    if flags & 1 != 0 {
        reader.u64()?;
    }
    Ok(minimum)
}
