//! What wasmi allocates for a module, beside its memory, stack and tables.
//!
//! Measured with wasmi 2.0.0, portable dispatch, a counting allocator on x86-64, and modules that have 10 to 10 000 of one
//! thing: the peak of loading, linking and translating everything. The constants are the worst of each, a tenth to a
//! quarter more. A function of the size of the whole module costs twice what many small ones do, since buffers double.

use crate::module::Sizes;

/// Engine, store and parser (measured: 7.2 KB for ten functions).
const AT_REST: u64 = 8_192;
const PER_FUNCTION: u64 = 384;
/// `global.get` and `global.set` are the worst for their size, at 9.
const PER_CODE_BYTE: u64 = 10;
/// While the largest function is translated.
const PER_BYTE_OF_THE_LARGEST_FUNCTION: u64 = 16;
/// More than for its bytes, as for the next.
const PER_IF: u64 = 48;
const PER_IF_OF_THE_LARGEST_FUNCTION: u64 = 176;
const PER_TABLE: u64 = 256;
const PER_TYPE: u64 = 256;
const PER_TYPE_BYTE: u64 = 10;
const PER_IMPORT: u64 = 448;
const PER_EXPORT: u64 = 208;
/// Names are kept as they are.
const PER_NAME_BYTE: u64 = 2;
const PER_GLOBAL_BYTE: u64 = 24;
const PER_ELEMENT_BYTE: u64 = 56;
const PER_DATA_SEGMENT: u64 = 144;
const PER_DATA_BYTE: u64 = 2;

/// Returns the most bytes that wasmi needs for a module of these sizes.
pub(super) fn bytes(sizes: &Sizes) -> u64 {
    let parts = [
        AT_REST,
        sizes.functions * PER_FUNCTION,
        sizes.code_bytes * PER_CODE_BYTE,
        sizes.largest_function_bytes * PER_BYTE_OF_THE_LARGEST_FUNCTION,
        sizes.ifs * PER_IF,
        sizes.most_ifs * PER_IF_OF_THE_LARGEST_FUNCTION,
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
    let bytes = parts.iter().sum();
    if usize::BITS < 64 {
        narrow(bytes)
    } else {
        bytes
    }
}

/// Pointers of half the width make a quarter less (a module of 317 bytes: 5.9 KB on Armv7E-M, 7.4 KB and more here).
fn narrow(bytes: u64) -> u64 {
    bytes - bytes / 4
}
