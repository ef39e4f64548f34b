//! Walks the operations of a module's functions, and counts the units that determine the cost of
//! translating them.
//!
//! Most operations cost an engine a few bytes per byte of code. Operations that move several values
//! at once do not: a branch to a block with eight results is two bytes, and eight copies. So this
//! module counts the values that each operation moves. The binary format is that of chapter 5.4 of
//! the WebAssembly core specification 2.0.

use super::arity::{Arities, Arity};
use super::function_types::{TYPED_REFERENCES, is_typed_reference};
use super::reader::Reader;
use super::selects::Comparisons;
use super::{EXCEPTIONS, Module, ModuleError, id};
use alloc::vec::Vec;

/// Maximum nesting depth of blocks in a function. LLVM nests a block for each case of a `switch`.
const MAX_NESTING: usize = 1_024;

/// Maximum number of targets of a `br_table`.
const MAX_TARGETS: u32 = 4_096;

/// Maximum number of locals of a function, without its parameters. Debug builds have thousands.
const MAX_LOCALS: u32 = 32_768;

/// Counts that determine the cost of translation, in addition to the bytes of the functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Work {
    /// Number of values that branches, calls, returns and the ends of blocks move.
    pub values: u64,
    /// Number of branches other than `br_table`.
    pub branches: u64,
    /// Number of targets of all `br_table`s.
    pub targets: u64,
    /// Number of `if`s.
    pub ifs: u64,
    /// Number of blocks, loops and `if`s.
    pub blocks: u64,
    /// Maximum nesting depth of blocks.
    pub nesting: u64,
    /// Maximum number of values on the stack at once.
    pub height: u64,
    /// Number of locals.
    pub locals: u64,
    /// Number of comparisons that [`super::selects`] separates from their `select`.
    pub selects: u64,
}

impl Work {
    fn add(&mut self, other: &Self) {
        self.each(other, |sum, part| sum.saturating_add(part));
    }

    fn raise_to(&mut self, other: &Self) {
        self.each(other, u64::max);
    }

    fn each(&mut self, other: &Self, join: impl Fn(u64, u64) -> u64) {
        self.values = join(self.values, other.values);
        self.branches = join(self.branches, other.branches);
        self.targets = join(self.targets, other.targets);
        self.ifs = join(self.ifs, other.ifs);
        self.blocks = join(self.blocks, other.blocks);
        self.nesting = join(self.nesting, other.nesting);
        self.height = join(self.height, other.height);
        self.locals = join(self.locals, other.locals);
        self.selects = join(self.selects, other.selects);
    }
}

/// Counts that determine the cost of translating all functions of a module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Code {
    /// Sum over all functions.
    pub total: Work,
    /// Maximum of each count over all functions.
    pub largest: Work,
}

impl Code {
    /// Walks the code section once.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if an operation is malformed, unknown or not supported, or a function
    /// exceeds a limit.
    pub(super) fn of(module: &Module<'_>) -> Result<Self, ModuleError> {
        let mut code = Self::default();
        let Some(section) = module.section(id::CODE) else {
            return Ok(code);
        };
        let mut walks = Walks::of(module)?;
        let mut reader = module.reader(section);
        for index in 0..reader.count()? {
            let (work, _) = walks.walk(index, reader.part()?)?;
            code.total.add(&work);
            code.largest.raise_to(&work);
        }
        Ok(code)
    }
}

/// State shared by the walks over the functions of a module.
pub(super) struct Walks {
    arities: Arities,
    labels: Vec<Label>,
}

impl Walks {
    /// # Errors
    ///
    /// [`ModuleError`] if the types, imports or function section of the module are malformed.
    pub(super) fn of(module: &Module<'_>) -> Result<Self, ModuleError> {
        Ok(Self {
            arities: Arities::of(module)?,
            labels: Vec::new(),
        })
    }

    /// Walks the function with this index among those that the module defines. Returns its
    /// translation counts, and the ends of the comparisons that [`super::selects`] separates from
    /// their `select`.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if an operation is malformed, unknown or not supported, or the function
    /// exceeds a limit.
    pub(super) fn walk(
        &mut self,
        index: u32,
        body: Reader<'_>,
    ) -> Result<(Work, Vec<usize>), ModuleError> {
        let ty = self.arities.defined(index);
        let ty = ty.ok_or_else(|| body.malformed())?;
        self.labels.clear();
        self.labels.push(Label::new(ty.results, 0));
        Walk::new(body, &self.arities, &mut self.labels).function()
    }
}

/// An open block.
#[derive(Clone, Copy, Debug)]
struct Label {
    /// Number of values that a branch to the block takes: none for a loop, where the branch goes to
    /// the beginning.
    takes: u8,
    /// Number of results of the block.
    results: u8,
    /// Height of the stack below the block.
    height: u32,
}

impl Label {
    fn new(results: u8, height: u32) -> Self {
        Self {
            takes: results,
            results,
            height,
        }
    }
}

/// A walk over one function.
struct Walk<'a, 'm> {
    reader: Reader<'m>,
    arities: &'a Arities,
    labels: &'a mut Vec<Label>,
    /// Number of values on the stack. In unreachable code there may be fewer.
    height: u32,
    work: Work,
    comparisons: Comparisons,
}

impl<'a, 'm> Walk<'a, 'm> {
    fn new(reader: Reader<'m>, arities: &'a Arities, labels: &'a mut Vec<Label>) -> Self {
        Self {
            reader,
            arities,
            labels,
            height: 0,
            work: Work::default(),
            comparisons: Comparisons::default(),
        }
    }

    fn function(mut self) -> Result<(Work, Vec<usize>), ModuleError> {
        self.locals()?;
        while !self.labels.is_empty() {
            let at = self.reader.position();
            let operation = self.operation()?;
            let lies = at..self.reader.position();
            self.comparisons.note(self.reader.bytes(), operation, lies);
        }
        if !self.reader.is_empty() {
            return Err(self.reader.malformed());
        }
        let found = self.comparisons.found();
        self.work.selects = found.len() as u64;
        Ok((self.work, found))
    }

    fn locals(&mut self) -> Result<(), ModuleError> {
        for _ in 0..self.reader.count()? {
            let count = self.reader.u32()?;
            if is_typed_reference(self.reader.byte()?) {
                return Err(TYPED_REFERENCES);
            }
            self.work.locals += u64::from(count);
            if self.work.locals > u64::from(MAX_LOCALS) {
                return Err(too_many("locals in a function", MAX_LOCALS));
            }
        }
        Ok(())
    }

    /// Reads one operation with its immediates, and returns its opcode.
    fn operation(&mut self) -> Result<u8, ModuleError> {
        let at = self.reader.position();
        let operation = self.reader.byte()?;
        match operation {
            0x02..=0x04 => self.begin(operation),
            0x05 => self.otherwise(),
            0x0b => self.end(),
            0x0c => self.branch(),
            0x0d => self.conditional_branch(),
            0x0e => self.branch_table(),
            0x0f => self.moves(self.labels.first().map(|label| label.takes)),
            0x10 => {
                let function = self.reader.u32()?;
                self.call(self.arities.function(function))
            }
            0x11 => {
                let ty = self.reader.u32()?;
                self.reader.u32()?;
                self.drop(1);
                self.call(self.arities.ty(ty))
            }
            0xfc => self.prefixed(at),
            _ => self.plain(operation, at),
        }?;
        Ok(operation)
    }

    /// Reads an operation that moves no values except its operands and results.
    fn plain(&mut self, operation: u8, at: usize) -> Result<(), ModuleError> {
        match operation {
            0x1c => {
                let types = self.reader.count()?;
                self.reader.skip(types)?;
            }
            0x20..=0x26 | 0x3f | 0x40 | 0xd0 | 0xd2 => self.numbers(1)?,
            0x28..=0x3e => self.memory_access()?,
            0x41 => self.reader.skip_leb(5)?,
            0x42 => self.reader.skip_leb(10)?,
            0x43 => self.reader.skip(4)?,
            0x44 => self.reader.skip(8)?,
            0x00 | 0x01 | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => {}
            _ => return Err(unknown(operation, at)),
        }
        match operation {
            0x20 | 0x23 | 0x3f | 0x41..=0x44 | 0xd0 | 0xd2 => self.push(1),
            0x1b | 0x1c | 0x26 | 0x36..=0x3e => self.drop(2),
            // Comparisons and other operations of two values, for each type in turn.
            0x1a | 0x21 | 0x24 => self.drop(1),
            0x46..=0x4f | 0x51..=0x66 | 0x6a..=0x78 => self.drop(1),
            0x7c..=0x8a | 0x92..=0x98 | 0xa0..=0xa6 => self.drop(1),
            _ => {}
        }
        Ok(())
    }

    /// Reads an operation with the prefix 0xfc: saturating conversions, and bulk operations on
    /// memories and tables.
    fn prefixed(&mut self, at: usize) -> Result<(), ModuleError> {
        let operation = self.reader.u32()?;
        match operation {
            0..=7 => {}
            9 | 11 | 13 | 15..=17 => self.numbers(1)?,
            8 | 10 | 12 | 14 => self.numbers(2)?,
            _ => return Err(ModuleError::Malformed(at)),
        }
        match operation {
            8 | 10..=12 | 14 | 17 => self.drop(3),
            15 => self.drop(1),
            16 => self.push(1),
            _ => {}
        }
        Ok(())
    }

    fn numbers(&mut self, count: u32) -> Result<(), ModuleError> {
        for _ in 0..count {
            self.reader.skip_leb(5)?;
        }
        Ok(())
    }

    /// Reads the alignment and the offset of a load or a store; a bit of the alignment marks that a
    /// memory index follows.
    fn memory_access(&mut self) -> Result<(), ModuleError> {
        const HAS_MEMORY: u32 = 0x40;
        if self.reader.u32()? & HAS_MEMORY != 0 {
            return Err(ModuleError::Unsupported {
                what: "several memories",
                fix: "build without multi-memory",
            });
        }
        self.numbers(1)
    }

    fn push(&mut self, values: u8) {
        self.height = self.height.saturating_add(values.into());
        self.work.height = self.work.height.max(self.height.into());
    }

    fn drop(&mut self, values: u8) {
        self.height = self.height.saturating_sub(values.into());
    }

    /// Begins a block, a loop or an `if`.
    fn begin(&mut self, operation: u8) -> Result<(), ModuleError> {
        const LOOP: u8 = 0x03;
        const IF: u8 = 0x04;
        let results = self.block_results()?;
        if operation == IF {
            self.drop(1);
            self.work.ifs += 1;
        }
        let mut label = Label::new(results, self.height);
        if operation == LOOP {
            label.takes = 0;
        }
        self.labels.push(label);
        self.work.blocks += 1;
        self.work.values += u64::from(results);
        self.work.nesting = self.work.nesting.max(self.labels.len() as u64);
        if self.labels.len() > MAX_NESTING {
            return Err(too_many("nested blocks", MAX_NESTING as u32));
        }
        Ok(())
    }

    fn otherwise(&mut self) -> Result<(), ModuleError> {
        let label = self.labels.last().copied();
        self.height = label.map_or(0, |label| label.height);
        self.moves(label.map(|label| label.results))
    }

    fn end(&mut self) -> Result<(), ModuleError> {
        let label = self.labels.pop();
        self.height = label.map_or(0, |label| label.height);
        let results = label.map(|label| label.results);
        self.push(results.unwrap_or(0));
        self.moves(results)
    }

    /// Reads the type of a block: no result, the type of a single result, or the index of a
    /// function type.
    fn block_results(&mut self) -> Result<u8, ModuleError> {
        let (at, first) = (self.reader.position(), self.reader.first());
        match first {
            Some(0x40) => self.reader.skip(1).map(|()| 0),
            Some(0x41..=0x7f) => self.reader.skip(1).map(|()| 1),
            _ => {
                let ty = self.arities.ty(self.reader.u32()?);
                let ty = ty.ok_or(ModuleError::Malformed(at))?;
                if ty.params > 0 {
                    return Err(BLOCK_PARAMETERS);
                }
                Ok(ty.results)
            }
        }
    }

    fn branch(&mut self) -> Result<(), ModuleError> {
        self.work.branches += 1;
        self.target()
    }

    fn target(&mut self) -> Result<(), ModuleError> {
        let depth = self.reader.u32()?;
        self.moves(self.label(depth).map(|label| label.takes))
    }

    /// Reads a conditional branch: one that moves values becomes a jump around them and a branch.
    fn conditional_branch(&mut self) -> Result<(), ModuleError> {
        self.drop(1);
        let before = self.work.values;
        self.branch()?;
        self.work.values += 2 * u64::from(self.work.values > before);
        Ok(())
    }

    fn branch_table(&mut self) -> Result<(), ModuleError> {
        let targets = self.reader.count()?;
        if targets > MAX_TARGETS {
            return Err(too_many("targets in a br_table", MAX_TARGETS));
        }
        self.drop(1);
        self.work.targets += u64::from(targets) + 1;
        for _ in 0..=targets {
            self.target()?;
        }
        Ok(())
    }

    /// Counts the results of a call, and one value for the call itself.
    fn call(&mut self, ty: Option<Arity>) -> Result<(), ModuleError> {
        self.drop(ty.map_or(0, |ty| ty.params));
        self.push(ty.map_or(0, |ty| ty.results));
        self.work.values += 1;
        self.moves(ty.map(|ty| ty.results))
    }

    /// Returns the target block of a branch with this depth.
    fn label(&self, depth: u32) -> Option<Label> {
        let index = self.labels.len().checked_sub(1 + depth as usize)?;
        self.labels.get(index).copied()
    }

    /// Counts values that are moved; `None` stands for a label, a function or a type that does not
    /// exist.
    fn moves(&mut self, values: Option<u8>) -> Result<(), ModuleError> {
        let values = values.ok_or_else(|| self.reader.malformed())?;
        self.work.values += u64::from(values);
        Ok(())
    }
}

/// wasmi 2.0.0 does not preserve values below the parameters of a block, so an app would read other
/// values in their place.
const BLOCK_PARAMETERS: ModuleError = ModuleError::Unsupported {
    what: "blocks with parameters",
    fix: "no compiler emits them unless told to; build without -mmultivalue or its `multivalue` feature",
};

fn too_many(what: &'static str, most: u32) -> ModuleError {
    ModuleError::TooMany { what, most }
}

/// Returns an error that names the feature of an operation.
fn unknown(operation: u8, at: usize) -> ModuleError {
    let (what, fix) = match operation {
        0x12 | 0x13 => ("tail calls", "build without -mtail-call"),
        0x06..=0x0a | 0x18 | 0x19 | 0x1f => return EXCEPTIONS,
        0x14 | 0x15 | 0xd3..=0xd6 | 0xfb => return TYPED_REFERENCES,
        0xfd => (
            "vector operations (SIMD, relaxed or not)",
            "build without -msimd128 and -mrelaxed-simd",
        ),
        0xfe => ("threads", "build without -pthread and -matomics"),
        _ => return ModuleError::Malformed(at),
    };
    ModuleError::Unsupported { what, fix }
}
