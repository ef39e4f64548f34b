//! Decodes the operations of a fuzz target from its input.

use akira_store_testing::Choices;

/// Bytes of an input, consumed from the front. After the end it yields zeros.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    bytes: &'a [u8],
}

impl<'a> Input<'a> {
    /// Creates an input from `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// Returns whether the input is used up.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Takes all remaining bytes.
    pub fn rest(self) -> &'a [u8] {
        self.bytes
    }

    /// Takes the next bytes; fewer at the end.
    pub fn take(&mut self, most: usize) -> &'a [u8] {
        let (taken, rest) = self.bytes.split_at(most.min(self.bytes.len()));
        self.bytes = rest;
        taken
    }

    /// Takes a byte.
    pub fn byte(&mut self) -> u8 {
        self.array::<1>()[0]
    }

    /// Takes a little-endian word of two bytes.
    pub fn half(&mut self) -> u16 {
        u16::from_le_bytes(self.array())
    }

    /// Takes a little-endian word of four bytes.
    pub fn word(&mut self) -> u32 {
        u32::from_le_bytes(self.array())
    }

    fn array<const SIZE: usize>(&mut self) -> [u8; SIZE] {
        let mut array = [0; SIZE];
        let taken = self.take(SIZE);
        array[..taken.len()].copy_from_slice(taken);
        array
    }
}

impl Choices for Input<'_> {
    fn below(&mut self, bound: usize) -> usize {
        let number = match bound {
            0..=256 => self.byte().into(),
            _ => self.half(),
        };
        usize::from(number) % bound
    }
}
