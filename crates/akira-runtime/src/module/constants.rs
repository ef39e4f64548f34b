//! Walks the constant expressions of a module: the values of globals, the places of segments, the elements of tables.

use super::reader::Reader;
use super::{Module, ModuleError, id};

/// The most operations of a constant expression. wasmi evaluates them by recursion; LLVM emits one, or three for code that
/// does not depend on its position.
const MAX_OPERATIONS: u32 = 16;

/// The operation that ends an expression.
const END: u8 = 0x0b;

/// What the constant expressions and segments of a module come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Constants {
    /// The operations of all expressions, those of each alone counted as one.
    pub operations: u64,
    /// The elements of all segments.
    pub elements: u64,
    /// The element segments.
    pub segments: u64,
}

impl Constants {
    /// Walks the global, element and data sections once.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if one of them is malformed, or an expression is too long.
    pub(super) fn of(module: &Module<'_>) -> Result<Self, ModuleError> {
        let mut constants = Self::default();
        constants.entries(module, id::GLOBAL, Self::global)?;
        constants.entries(module, id::ELEMENT, Self::element_segment)?;
        constants.entries(module, id::DATA, Self::data_segment)?;
        Ok(constants)
    }

    fn entries(
        &mut self,
        module: &Module<'_>,
        section: u8,
        entry: impl Fn(&mut Self, &mut Reader<'_>) -> Result<(), ModuleError>,
    ) -> Result<(), ModuleError> {
        let Some(section) = module.section(section) else {
            return Ok(());
        };
        let mut reader = module.reader(section);
        for _ in 0..reader.count()? {
            entry(self, &mut reader)?;
        }
        reader.end()
    }

    fn global(&mut self, reader: &mut Reader<'_>) -> Result<(), ModuleError> {
        reader.skip(2)?;
        self.expression(reader)
    }

    /// Reads a segment: bit 0 of its flags says that it is not active, bit 1 that it names its table or is declared, and
    /// bit 2 that its elements are expressions.
    fn element_segment(&mut self, reader: &mut Reader<'_>) -> Result<(), ModuleError> {
        let flags = reader.u32()?;
        if flags > 7 {
            return Err(reader.malformed());
        }
        if flags & 1 == 0 {
            if flags & 2 != 0 {
                reader.u32()?;
            }
            self.expression(reader)?;
        }
        if flags & 3 != 0 {
            reader.byte()?;
        }
        self.segments += 1;
        let elements = reader.count()?;
        self.elements += u64::from(elements);
        for _ in 0..elements {
            if flags & 4 == 0 {
                reader.u32()?;
            } else {
                self.expression(reader)?;
            }
        }
        Ok(())
    }

    fn data_segment(&mut self, reader: &mut Reader<'_>) -> Result<(), ModuleError> {
        match reader.u32()? {
            0 => self.expression(reader)?,
            1 => {}
            2 => {
                reader.u32()?;
                self.expression(reader)?;
            }
            _ => return Err(reader.malformed()),
        }
        let bytes = reader.u32()?;
        reader.skip(bytes)
    }

    fn expression(&mut self, reader: &mut Reader<'_>) -> Result<(), ModuleError> {
        for _ in 0..=MAX_OPERATIONS {
            match reader.byte()? {
                END => return Ok(()),
                // Sums, differences and products.
                0x6a..=0x6c | 0x7c..=0x7e => {}
                0x41 => reader.skip_leb(5)?,
                0x42 => reader.skip_leb(10)?,
                0x43 => reader.skip(4)?,
                0x44 => reader.skip(8)?,
                0x23 | 0xd0 | 0xd2 => reader.skip_leb(5)?,
                _ => return Err(reader.malformed()),
            }
            self.operations += 1;
        }
        Err(ModuleError::TooMany {
            what: "operations in a constant expression",
            most: MAX_OPERATIONS,
        })
    }
}
