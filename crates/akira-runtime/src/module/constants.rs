//! Walks the constant expressions of a module: the values of globals, the offsets of segments, the
//! elements of tables.

use super::reader::Reader;
use super::{MemoryLimits, Module, ModuleError, id};

/// Maximum number of operations of a constant expression. wasmi evaluates them by recursion; LLVM
/// emits one, or three for position-independent code.
const MAX_OPERATIONS: u32 = 16;

/// The operation that ends an expression.
const END: u8 = 0x0b;

/// Counts from the constant expressions and segments of a module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Constants {
    /// Operations of all expressions, without the `end` of each.
    pub operations: u64,
    /// Elements of all segments.
    pub elements: u64,
    /// Number of element segments.
    pub segments: u64,
}

impl Constants {
    /// Walks the global, element and data sections once.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if an item is malformed, or an expression is too long.
    pub(super) fn of(module: &Module<'_>) -> Result<Self, ModuleError> {
        let mut constants = Self::default();
        let tables = module.tables()?;
        let memory = module.memory()?.map_or(0, MemoryLimits::minimum_bytes);
        constants.entries(module, id::GLOBAL, |constants, reader, _| {
            constants.global(reader)
        })?;
        constants.entries(module, id::ELEMENT, |constants, reader, index| {
            constants.element_segment(reader, index, &tables)
        })?;
        constants.entries(module, id::DATA, |constants, reader, index| {
            constants.data_segment(reader, index, memory)
        })?;
        Ok(constants)
    }

    fn entries(
        &mut self,
        module: &Module<'_>,
        section: u8,
        entry: impl Fn(&mut Self, &mut Reader<'_>, u32) -> Result<(), ModuleError>,
    ) -> Result<(), ModuleError> {
        let Some(section) = module.section(section) else {
            return Ok(());
        };
        let mut reader = module.reader(section);
        for index in 0..reader.count()? {
            entry(self, &mut reader, index)?;
        }
        reader.end()
    }

    fn global(&mut self, reader: &mut Reader<'_>) -> Result<(), ModuleError> {
        reader.skip(2)?;
        self.expression(reader).map(drop)
    }

    /// Reads a segment. Bit 0 of its flags marks a segment that is not active, bit 1 one that names
    /// its table or is declared, and bit 2 one whose elements are expressions.
    fn element_segment(
        &mut self,
        reader: &mut Reader<'_>,
        index: u32,
        tables: &[u64],
    ) -> Result<(), ModuleError> {
        let flags = reader.u32()?;
        if flags > 7 {
            return Err(reader.malformed());
        }
        let (mut table, mut start) = (0, None);
        if flags & 1 == 0 {
            if flags & 2 != 0 {
                table = reader.u32()?;
            }
            start = self.expression(reader)?;
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
        let most = tables.get(table as usize).copied();
        check("element segment", index, (start, elements), most)
    }

    fn data_segment(
        &mut self,
        reader: &mut Reader<'_>,
        index: u32,
        memory: u64,
    ) -> Result<(), ModuleError> {
        let start = match reader.u32()? {
            0 => self.expression(reader)?,
            1 => None,
            2 => {
                let is_first = reader.u32()? == 0;
                self.expression(reader)?.filter(|_| is_first)
            }
            _ => return Err(reader.malformed()),
        };
        let bytes = reader.u32()?;
        reader.skip(bytes)?;
        check("data segment", index, (start, bytes), Some(memory))
    }

    /// Walks an expression, and returns its value if it is a single 32-bit constant, as in all
    /// segments that compilers emit.
    fn expression(&mut self, reader: &mut Reader<'_>) -> Result<Option<u32>, ModuleError> {
        let mut value = None;
        for operations in 0..=MAX_OPERATIONS {
            match reader.byte()? {
                END => return Ok(value.filter(|_| operations == 1)),
                // Additions, subtractions and multiplications.
                0x6a..=0x6c | 0x7c..=0x7e => {}
                0x41 => value = Some(reader.i32()?),
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

/// Checks that a segment that is copied when the app starts fits its destination; a segment without
/// a start is not copied.
fn check(
    what: &'static str,
    index: u32,
    (start, length): (Option<u32>, u32),
    most: Option<u64>,
) -> Result<(), ModuleError> {
    let end = start.map_or(0, |start| u64::from(start) + u64::from(length));
    match most {
        Some(most) if end > most => Err(ModuleError::OutOfBounds {
            what,
            index,
            end,
            most,
        }),
        _ => Ok(()),
    }
}
