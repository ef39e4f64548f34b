/// The last samples of one channel.
pub struct History {
    samples: [i32; Self::LENGTH],
    next: usize,
    count: usize,
}

impl History {
    pub const LENGTH: usize = 140;

    pub fn new() -> Self {
        Self {
            samples: [0; Self::LENGTH],
            next: 0,
            count: 0,
        }
    }

    pub fn push(&mut self, sample: i32) {
        self.samples[self.next] = sample;
        self.next = (self.next + 1) % Self::LENGTH;
        self.count = (self.count + 1).min(Self::LENGTH);
    }

    /// Lists the samples, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = i32> + '_ {
        let first = self.next + Self::LENGTH - self.count;
        (0..self.count).map(move |i| self.samples[(first + i) % Self::LENGTH])
    }

    /// Returns the least and the greatest sample, a little apart even if they are the same.
    pub fn range(&self) -> Option<(i32, i32)> {
        let (low, high) = (self.iter().min()?, self.iter().max()?);
        Some((low.saturating_sub(10), high.saturating_add(10)))
    }
}
