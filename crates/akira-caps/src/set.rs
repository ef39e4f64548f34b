use crate::Capability;
use crate::capability::PRIVILEGED;

/// A set of capabilities, stored as 64 bits: AkiraOS's frozen bit numbers, Akira's own, and 48-63
/// for vendors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CapabilitySet(u64);

impl CapabilitySet {
    /// The empty set.
    pub const EMPTY: Self = Self(0);

    /// Set of all capabilities in [`Capability`], including `system`, without those of vendors.
    pub const ALL: Self = Self::of(&Capability::ALL);

    /// Set of the privileged capabilities, which apps of unknown origin do not get.
    pub const PRIVILEGED: Self = Self::of(PRIVILEGED);

    /// Set of bit 47, which no policy grants. The runtime uses it for native calls that need no
    /// capability.
    pub const RESERVED: Self = Self(1 << 47);

    /// Creates the set of these capabilities.
    pub const fn of(capabilities: &[Capability]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < capabilities.len() {
            bits |= 1 << capabilities[i] as u8;
            i += 1;
        }
        Self(bits)
    }

    /// Creates the set with these bits.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Returns the bits of the set: bit n stands for the capability with the bit number n.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Returns the set with `capability` added.
    pub const fn with(self, capability: Capability) -> Self {
        Self(self.0 | 1 << capability as u8)
    }

    /// Returns the set without `capability`.
    pub const fn without(self, capability: Capability) -> Self {
        Self(self.0 & !(1 << capability as u8))
    }

    /// Returns whether the set contains `capability`.
    pub const fn contains(self, capability: Capability) -> bool {
        self.contains_bit(capability as u8)
    }

    /// Returns whether the set contains the capability with this bit number, which may be a
    /// vendor's.
    pub const fn contains_bit(self, bit: u8) -> bool {
        bit < 64 && self.0 >> bit & 1 == 1
    }

    /// Returns whether the set contains all capabilities in `other`.
    pub const fn contains_all(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns whether the set contains any capability in `other`.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns the union of both sets.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns the intersection of both sets.
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Returns the capabilities that are in this set but not in `other`.
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Returns whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the number of capabilities in the set.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Iterates over the capabilities in the order of their bits, without those of vendors.
    /// [`bit_numbers`](Self::bit_numbers) includes them.
    pub fn iter(self) -> impl Iterator<Item = Capability> {
        self.bit_numbers().filter_map(Capability::from_bit)
    }

    /// Iterates over the bit numbers of all capabilities, including those of vendors.
    pub fn bit_numbers(self) -> impl Iterator<Item = u8> {
        (0..64).filter(move |&bit| self.contains_bit(bit))
    }
}

impl From<Capability> for CapabilitySet {
    fn from(capability: Capability) -> Self {
        Self::EMPTY.with(capability)
    }
}
