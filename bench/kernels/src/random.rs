/// Generator of pseudo-random numbers (xorshift32). It returns the same numbers on every machine.
pub(crate) struct Random(u32);

impl Random {
    /// Creates a generator from a seed, which must not be 0.
    pub(crate) const fn new(seed: u32) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }
}
