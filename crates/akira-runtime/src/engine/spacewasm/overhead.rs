//! Memory that spacewasm allocates for a module, besides its linear memory, stack and tables.
//!
//! spacewasm allocates everything when a module is loaded, in pieces whose sizes follow from the
//! module, and nothing while it runs. `tests/overhead` compares these values with a counting
//! allocator, for modules that have many items of one kind.

use crate::module::Sizes;

/// Engine, store, the parser's state and the instance itself (measured: 0.8 KB on x86-64).
const AT_REST: u64 = 1_024;
/// Bytes of a page of spacewasm's own code.
const CODE_PAGE: u64 = 512;
/// Bytes that a list and an allocator add to a page.
const PER_PAGE: u64 = 24;
const PER_CODE_BYTE: u64 = 4;
const PER_TYPE_BYTE: u64 = 1;
/// Added for a module that used 1.001 times the admitted bytes (`AKIRA_SEED=20261863`).
const PER_IMPORT_BYTE: u64 = 1;
const PER_EXPORT_BYTE: u64 = 1;
const PER_GLOBAL: u64 = 24;
const PER_TABLE: u64 = 64;
/// The locals of a function take twice their encoded size while they are read.
const PER_BYTE_OF_THE_LARGEST_FUNCTION: u64 = 2;
const PER_FUNCTION: u64 = wide(44, 56);
const PER_TYPE: u64 = wide(48, 64);
const PER_IMPORT: u64 = wide(144, 240);
const PER_EXPORT: u64 = wide(32, 48);
const PER_DATA_SEGMENT: u64 = wide(12, 16);

/// Selects the value for pointers of 32 or of 64 bits.
const fn wide(narrow: u64, wide: u64) -> u64 {
    if usize::BITS < 64 { narrow } else { wide }
}

/// Returns the maximum number of code pages for a module of these sizes. An operation becomes at
/// most four times as long, as a branch in a `br_table` does, and a function ends with one
/// additional operation.
pub(super) fn code_pages(sizes: &Sizes) -> u64 {
    let bytes = sizes.code_bytes * PER_CODE_BYTE + sizes.functions * PER_CODE_BYTE;
    bytes.div_ceil(CODE_PAGE) + 1
}

/// Returns the maximum bytes that spacewasm needs for a module of these sizes.
pub(super) fn bytes(sizes: &Sizes) -> u64 {
    let parts = [
        AT_REST,
        code_pages(sizes) * (CODE_PAGE + PER_PAGE),
        sizes.largest_function_bytes * PER_BYTE_OF_THE_LARGEST_FUNCTION,
        sizes.functions * PER_FUNCTION,
        sizes.types * PER_TYPE,
        sizes.type_bytes * PER_TYPE_BYTE,
        sizes.imports * PER_IMPORT,
        sizes.import_bytes * PER_IMPORT_BYTE,
        sizes.exports * PER_EXPORT,
        sizes.export_bytes * PER_EXPORT_BYTE,
        sizes.globals * PER_GLOBAL,
        sizes.tables * PER_TABLE,
        sizes.data_segments * PER_DATA_SEGMENT,
    ];
    parts.iter().sum()
}
