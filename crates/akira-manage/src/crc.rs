/// Remainders of all nibbles for the reflected polynomial of IEEE 802.3. The table takes 64 bytes;
/// a table for bytes would take 1 KiB.
const NIBBLES: [u32; 16] = {
    let mut table = [0; 16];
    let mut nibble = 0;
    while nibble < 16 {
        let mut rest = nibble as u32;
        let mut bit = 0;
        while bit < 4 {
            rest = (rest >> 1) ^ (0xedb8_8320 * (rest & 1));
            bit += 1;
        }
        table[nibble] = rest;
        nibble += 1;
    }
    table
};

/// Incremental CRC-32 as defined by IEEE 802.3, which zip, PNG and `crc32` use.
#[derive(Clone, Copy, Debug)]
pub struct Crc32(u32);

impl Crc32 {
    /// Creates the CRC of an empty input.
    pub const fn new() -> Self {
        Self(u32::MAX)
    }

    /// Adds the next bytes to the CRC.
    pub fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 ^= u32::from(*byte);
            self.shift_nibble();
            self.shift_nibble();
        }
    }

    fn shift_nibble(&mut self) {
        self.0 = (self.0 >> 4) ^ NIBBLES[(self.0 & 15) as usize];
    }

    /// Returns the CRC of all bytes added so far.
    pub const fn value(self) -> u32 {
        !self.0
    }
}

impl Default for Crc32 {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::Crc32;

    #[test]
    fn gives_the_check_value_of_the_catalogues() {
        let mut crc = Crc32::new();
        crc.update(b"1234");
        crc.update(b"56789");
        assert_eq!(crc.value(), 0xcbf4_3926);
        assert_eq!(Crc32::new().value(), 0);
    }
}
