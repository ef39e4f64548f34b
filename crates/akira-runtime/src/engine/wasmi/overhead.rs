//! Memory that wasmi allocates for a module, besides its linear memory, stack and tables.
//!
//! Measured with wasmi 2.0.0, portable dispatch, on x86-64: the peak while everything is loaded,
//! linked and translated, where a growing buffer counts twice while it moves. Each constant is the
//! worst value that `tests/overhead` finds, plus a tenth to a quarter.

use crate::module::{Code, Constants, Module, ModuleError, Sizes, Work};

/// Engine, store, parser, and the fixed cost of the first translation.
const AT_REST: u64 = 13_824;
const PER_FUNCTION: u64 = 384;
/// `global.get` and `global.set` have the highest cost for their size, at 9.
const PER_CODE_BYTE: u64 = 10;
/// Needed while the largest function is translated.
const PER_BYTE_OF_THE_LARGEST_FUNCTION: u64 = 18;
const PER_TABLE: u64 = 256;
const PER_TYPE: u64 = 256;
const PER_TYPE_BYTE: u64 = 10;
const PER_IMPORT: u64 = 800;
const PER_EXPORT: u64 = 208;
/// wasmi stores names unchanged.
const PER_NAME_BYTE: u64 = 4;
const PER_GLOBAL_BYTE: u64 = 24;
const PER_CONSTANT: u64 = 64;
const PER_ELEMENT_BYTE: u64 = 56;
const PER_ELEMENT_SEGMENT: u64 = 128;
const PER_DATA_SEGMENT: u64 = 144;
const PER_DATA_BYTE: u64 = 2;

/// Bytes that translated code keeps for each unit of [`Work`].
const KEPT: Costs = Costs {
    value: 16,
    branch: 8,
    target: 8,
    block: 24,
    condition: 24,
    nesting: 0,
    height: 0,
    local: 0,
    select: 64,
};
/// Bytes that the translation of a function needs in addition.
const WHILE_TRANSLATED: Costs = Costs {
    value: 48,
    branch: 40,
    // The lists of targets grow to twice their size, while the old lists still exist.
    target: 88,
    block: 64,
    condition: 176,
    nesting: 320,
    height: 80,
    local: 64,
    select: 64,
};

/// Bytes for one unit of each count.
struct Costs {
    value: u64,
    branch: u64,
    target: u64,
    block: u64,
    condition: u64,
    nesting: u64,
    height: u64,
    local: u64,
    select: u64,
}

impl Costs {
    fn of(&self, work: &Work) -> u64 {
        let parts = [
            work.values * self.value,
            work.branches * self.branch,
            work.targets * self.target,
            work.blocks * self.block,
            work.ifs * self.condition,
            work.nesting * self.nesting,
            work.height * self.height,
            work.locals * self.local,
            work.selects * self.select,
        ];
        parts.iter().sum()
    }
}

/// Returns the maximum bytes that wasmi needs for a module.
///
/// # Errors
///
/// [`ModuleError`] if the module is malformed, or uses a feature that wasmi does not run.
pub(super) fn bytes(module: &Module<'_>) -> Result<u64, ModuleError> {
    let bytes = of_sections(&module.sizes()?)
        + of_code(&module.code()?)
        + of_constants(&module.constants()?);
    Ok(if usize::BITS < 64 {
        narrow(bytes)
    } else {
        bytes
    })
}

fn of_sections(sizes: &Sizes) -> u64 {
    let parts = [
        AT_REST,
        sizes.functions * PER_FUNCTION,
        sizes.code_bytes * PER_CODE_BYTE,
        sizes.largest_function_bytes * PER_BYTE_OF_THE_LARGEST_FUNCTION,
        sizes.tables * PER_TABLE,
        sizes.types * PER_TYPE,
        sizes.type_bytes * PER_TYPE_BYTE,
        sizes.imports * PER_IMPORT,
        sizes.exports * PER_EXPORT,
        (sizes.import_bytes + sizes.export_bytes) * PER_NAME_BYTE,
        sizes.global_bytes * PER_GLOBAL_BYTE,
        sizes.element_bytes * PER_ELEMENT_BYTE,
        sizes.data_segments * PER_DATA_SEGMENT,
        sizes.data_bytes * PER_DATA_BYTE,
    ];
    parts.iter().sum()
}

fn of_code(code: &Code) -> u64 {
    KEPT.of(&code.total) + WHILE_TRANSLATED.of(&code.largest)
}

fn of_constants(constants: &Constants) -> u64 {
    constants.operations * PER_CONSTANT + constants.segments * PER_ELEMENT_SEGMENT
}

/// Pointers of half the width save a quarter (a module of 317 bytes: 5.9 KB on Armv7E-M, 7.4 KB or
/// more on x86-64).
fn narrow(bytes: u64) -> u64 {
    bytes - bytes / 4
}
