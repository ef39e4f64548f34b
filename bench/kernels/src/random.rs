/// Numbers that look random and are the same everywhere: xorshift32.
pub(crate) struct Random(u32);

impl Random {
    /// Begins with a seed that is not 0.
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
