/// Remainders of the 16 nibble values. The table takes 64 bytes of flash; a table for whole bytes
/// would take 1 KiB.
const TABLE: [u32; 16] = table();

/// Incremental CRC-32 as defined by IEEE 802.3.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crc(u32);

impl Crc {
    pub(crate) const fn new() -> Self {
        Self(u32::MAX)
    }

    pub(crate) fn add(mut self, bytes: &[u8]) -> Self {
        for byte in bytes {
            self.0 ^= u32::from(*byte);
            self.half();
            self.half();
        }
        self
    }

    pub(crate) const fn value(self) -> u32 {
        !self.0
    }

    fn half(&mut self) {
        // The index is masked to 4 bits.
        self.0 = TABLE[(self.0 & 15) as usize] ^ (self.0 >> 4);
    }
}

/// Returns the CRC of `bytes`.
pub(crate) fn crc(bytes: &[u8]) -> u32 {
    Crc::new().add(bytes).value()
}

const fn table() -> [u32; 16] {
    let mut table = [0; 16];
    let mut i = 0;
    while i < 16 {
        let mut value = i as u32;
        let mut bit = 0;
        while bit < 4 {
            value = if value & 1 == 1 {
                0xEDB8_8320 ^ (value >> 1)
            } else {
                value >> 1
            };
            bit += 1;
        }
        table[i] = value;
        i += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_check_value_of_the_standard() {
        assert_eq!(crc(b"123456789"), 0xCBF4_3926);
        assert_eq!(Crc::new().add(b"1234").add(b"56789").value(), 0xCBF4_3926);
    }
}
