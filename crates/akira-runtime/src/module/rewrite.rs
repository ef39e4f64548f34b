//! Sections rewritten for an engine that supports less than the binary format allows.

use super::sanitise::{memory_section, write_number, write_section};
use super::types::ExportKind;
use super::{ImportKind, MemoryLimits, Module, ModuleError, id};
use alloc::vec::Vec;

/// Operations of a constant expression.
const I32_CONST: u8 = 0x41;
const END: u8 = 0x0b;

/// Fault in the data of a module, for an engine that supports only the data segments of WebAssembly
/// 1.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DataError {
    /// The section is malformed.
    Module(ModuleError),
    /// A segment is passive: an operation copies it, not the load of the module.
    Passive,
    /// A segment lies outside the memory.
    OutOfBounds,
}

impl From<ModuleError> for DataError {
    fn from(error: ModuleError) -> Self {
        Self::Module(error)
    }
}

impl Module<'_> {
    /// Returns the import section with an empty import module for each import, and the name that
    /// `name` makes of its index.
    pub(crate) fn import_section<N: AsRef<str>>(
        &self,
        name: impl Fn(usize) -> N,
    ) -> Result<Vec<u8>, ModuleError> {
        let mut body = Vec::new();
        if let Some(section) = self.section(id::IMPORT) {
            let mut reader = self.reader(section);
            let count = reader.count()?;
            write_number(&mut body, u64::from(count));
            for index in 0..count as usize {
                reader.name()?;
                reader.name()?;
                let at = reader.position();
                if reader.byte()? != 0 {
                    return Err(ModuleError::Malformed(at));
                }
                write_import(&mut body, name(index).as_ref(), reader.u32()?);
            }
            reader.end()?;
        }
        let mut section = Vec::with_capacity(body.len() + 8);
        write_section(&mut section, id::IMPORT, &body);
        Ok(section)
    }

    /// Returns the memory section with an initial size of zero pages, if the module has exactly one
    /// memory.
    pub(crate) fn empty_memory_section(&self) -> Result<Option<Vec<u8>>, ModuleError> {
        let Some(section) = self.section(id::MEMORY) else {
            return Ok(None);
        };
        if self.reader(section).count()? != 1 {
            return Ok(None);
        }
        Ok(self.memory()?.map(|memory| {
            let mut section = Vec::new();
            let empty = MemoryLimits {
                minimum: 0,
                ..memory
            };
            write_section(&mut section, id::MEMORY, &memory_section(empty));
            section
        }))
    }

    /// Checks that each data segment fits the initial memory of the module.
    pub(crate) fn check_data(&self) -> Result<(), DataError> {
        let section = self.section(id::DATA);
        if let Some(counted) = self.section(id::DATA_COUNT) {
            let mut reader = self.reader(counted);
            let count = section.map_or(Ok(0), |section| self.reader(section).count())?;
            if reader.u32()? != count {
                return Err(ModuleError::Malformed(counted.start).into());
            }
            reader.end()?;
        }
        let Some(section) = section else {
            return Ok(());
        };
        let room = self.memory()?.map(MemoryLimits::minimum_bytes);
        let mut reader = self.reader(section);
        for _ in 0..reader.count()? {
            if reader.u32()? != 0 {
                return Err(DataError::Passive);
            }
            let start = self.constant(&mut reader)?;
            let length = reader.u32()?;
            reader.skip(length)?;
            let end = start.map(|start| u64::from(start) + u64::from(length));
            if end.is_none_or(|end| room.is_none_or(|room| end > room)) {
                return Err(DataError::OutOfBounds);
            }
        }
        Ok(reader.end()?)
    }

    /// Reads a constant expression, which can only be a single number, since no board offers
    /// globals; `None` if it is negative.
    fn constant(&self, reader: &mut super::reader::Reader<'_>) -> Result<Option<u32>, ModuleError> {
        let at = reader.position();
        if reader.byte()? != I32_CONST {
            return Err(ModuleError::Malformed(at));
        }
        let from = reader.position();
        let value = reader.u64()?;
        let bits = 7 * (reader.position() - from).min(9);
        if reader.byte()? != END {
            return Err(ModuleError::Malformed(at));
        }
        let negative = value >> (bits - 1) & 1 == 1;
        let value = i32::try_from(value).ok().filter(|_| !negative);
        Ok(value.map(|value| value as u32))
    }

    /// Returns whether the module exports a function that it imports.
    pub(crate) fn exports_an_import(&self) -> Result<bool, ModuleError> {
        let imports = self
            .imports()?
            .filter(|import| matches!(import, Ok(import) if import.kind != ImportKind::Other));
        let functions = imports.count() as u32;
        let mut exports = self.exports()?.filter_map(Result::ok);
        Ok(exports
            .any(|(_, kind)| matches!(kind, ExportKind::Function(index) if index < functions)))
    }
}

fn write_import(body: &mut Vec<u8>, name: &str, ty: u32) {
    write_number(body, 0);
    write_number(body, name.len() as u64);
    body.extend_from_slice(name.as_bytes());
    body.push(0);
    write_number(body, u64::from(ty));
}
