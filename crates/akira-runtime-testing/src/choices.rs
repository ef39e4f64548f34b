/// Source of numbers for choices: the bytes of a fuzzer, and pseudo-random numbers when these are
/// used up.
#[derive(Clone, Debug)]
pub struct Choices<'a> {
    bytes: &'a [u8],
    state: u64,
}

impl<'a> Choices<'a> {
    /// Creates choices from a seed.
    pub fn seeded(seed: u64) -> Self {
        Self {
            bytes: &[],
            state: seed ^ 0x9e37_79b9_7f4a_7c15,
        }
    }

    /// Creates choices from bytes. The number of bytes seeds the numbers that follow them.
    pub fn from_bytes(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            ..Self::seeded(bytes.len() as u64)
        }
    }

    /// Returns the next number.
    pub fn number(&mut self) -> u64 {
        if let Some((head, rest)) = self.bytes.split_first_chunk::<4>() {
            self.bytes = rest;
            return u64::from(u32::from_le_bytes(*head));
        }
        // SplitMix64.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `end`, or 0 if `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.number() % (end.max(1) as u64)) as usize
    }

    /// Returns `true` in one of `of` cases.
    pub fn one_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    /// Returns one of several values.
    ///
    /// # Panics
    ///
    /// If `values` is empty.
    pub fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }

    /// Returns a count of at most `most`: often a small one, often `most`, otherwise any in
    /// between.
    pub fn count(&mut self, most: usize) -> usize {
        match self.below(4) {
            0 => self.below(8).min(most),
            1 => most,
            2 => self.below(most.min(128) + 1),
            _ => self.below(most + 1),
        }
    }
}
