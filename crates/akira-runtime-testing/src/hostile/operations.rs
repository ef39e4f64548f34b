//! Sequences of operations that leave the stack unchanged, several for each kind of operation.
//!
//! A function has locals of the types i32, i64, f32 and f64 after its parameters. A type is given
//! as the position of its local among these four. Globals 0 to 3 have the same types.

/// Operation on one or two values of one type with a result of one type: its opcode, the type and
/// number of its operands, and the type of its result.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numeric {
    pub(super) operation: u8,
    pub(super) takes: u8,
    pub(super) count: u8,
    pub(super) gives: u8,
}

/// Returns a numeric operation of WebAssembly 1.0, chosen by `number`.
pub(super) fn of_numbers(number: usize) -> Numeric {
    let operation = 0x45 + (number % (0xc0 - 0x45)) as u8;
    let (takes, count, gives) = match operation {
        0x45 | 0x67..=0x69 => (0, 1, 0),
        0x46..=0x4f | 0x6a..=0x78 => (0, 2, 0),
        0x50 | 0xa7 => (1, 1, 0),
        0x51..=0x5a => (1, 2, 0),
        0x5b..=0x60 => (2, 2, 0),
        0x61..=0x66 => (3, 2, 0),
        0x79..=0x7b => (1, 1, 1),
        0x7c..=0x8a => (1, 2, 1),
        0x8b..=0x91 => (2, 1, 2),
        0x92..=0x98 => (2, 2, 2),
        0x99..=0x9f => (3, 1, 3),
        0xa0..=0xa6 => (3, 2, 3),
        0xa8 | 0xa9 | 0xbc => (2, 1, 0),
        0xaa | 0xab => (3, 1, 0),
        0xac | 0xad => (0, 1, 1),
        0xae | 0xaf => (2, 1, 1),
        0xb0 | 0xb1 | 0xbd => (3, 1, 1),
        0xb2 | 0xb3 | 0xbe => (0, 1, 2),
        0xb4 | 0xb5 => (1, 1, 2),
        0xb6 => (3, 1, 2),
        0xb7 | 0xb8 => (0, 1, 3),
        0xbb => (2, 1, 3),
        _ => (1, 1, 3),
    };
    Numeric {
        operation,
        takes,
        count,
        gives,
    }
}

/// Returns a load or a store, chosen by `number`: its opcode and the type of its value.
pub(super) fn of_memory(number: usize) -> (u8, u8) {
    let operation = 0x28 + (number % (0x3f - 0x28)) as u8;
    let ty = match operation {
        0x28 | 0x2c..=0x2f | 0x36 | 0x3a | 0x3b => 0,
        0x29 | 0x30..=0x35 | 0x37 | 0x3c..=0x3e => 1,
        0x2a | 0x38 => 2,
        _ => 3,
    };
    (operation, ty)
}

/// Operations of WebAssembly 2.0 that need neither a memory nor a table.
pub(super) const LATER: [&[u8]; 5] = [
    // Sign extensions.
    &[0x41, 1, 0xc0, 0x1a],
    &[0x42, 1, 0xc4, 0x1a],
    // A saturating conversion.
    &[0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0xfc, 7, 0x1a],
    // A null reference, and a typed `select`.
    &[0xd0, 0x70, 0xd1, 0x1a],
    &[0xd0, 0x70, 0xd0, 0x70, 0x41, 0, 0x1c, 1, 0x70, 0x1a],
];

/// Bulk memory operations. Data segment 0 exists.
pub(super) const BULK: [&[u8]; 4] = [
    &[0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 8, 0, 0],
    &[0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 10, 0, 0],
    &[0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 11, 0],
    &[0x3f, 0, 0x1a],
];

/// Operations on tables.
pub(super) const TABLE: [&[u8]; 5] = [
    &[0x41, 0, 0x25, 0, 0x1a],
    &[0x41, 0, 0xd0, 0x70, 0x26, 0],
    &[0xfc, 16, 0, 0x1a],
    &[0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 14, 0, 0],
    &[0x41, 0, 0xd0, 0x70, 0x41, 0, 0xfc, 17, 0],
];
