/// Source of choices: a generator of random numbers, or the input of a fuzzer.
pub trait Choices {
    /// Returns a number below `bound`, which must not be 0.
    fn below(&mut self, bound: usize) -> usize;

    /// Returns `length` bytes.
    fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut random = Random::new(self.below(1 << 16) as u64);
        (0..length).map(|_| random.number() as u8).collect()
    }
}

/// Xorshift generator. It returns the same numbers in every run.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Creates a generator from `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Returns the next number.
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 24
    }
}

impl Choices for Random {
    fn below(&mut self, bound: usize) -> usize {
        (self.number() % bound as u64) as usize
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.number() as u8).collect()
    }
}
