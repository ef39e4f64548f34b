use super::Target;

/// Size in bytes.
const BYTES: usize = 256;

/// A write begins again at the start of its page when it passes the end.
const PAGE: usize = 16;

/// Model of a 2-kbit EEPROM, ST M24C02 (datasheet DS13637): one byte of address, pages of 16 bytes. A write takes effect
/// at the stop condition.
#[derive(Debug)]
pub struct Eeprom {
    bytes: [u8; BYTES],
    at: usize,
    /// The data of the current message.
    written: Vec<(usize, u8)>,
}

impl Eeprom {
    /// Creates an erased chip: every byte is 0xFF.
    pub fn new() -> Self {
        Self {
            bytes: [0xFF; BYTES],
            at: 0,
            written: Vec::new(),
        }
    }
}

impl Default for Eeprom {
    fn default() -> Self {
        Self::new()
    }
}

impl Target for Eeprom {
    fn begin(&mut self) -> bool {
        // A repeated start before the stop cancels the write.
        self.written.clear();
        true
    }

    fn receive(&mut self, index: usize, byte: u8) -> bool {
        if index == 0 {
            self.at = usize::from(byte);
            return true;
        }
        self.written.push((self.at, byte));
        let page = self.at - self.at % PAGE;
        self.at = page + (self.at + 1) % PAGE;
        true
    }

    fn send(&mut self) -> u8 {
        let byte = self.bytes[self.at];
        self.at = (self.at + 1) % BYTES;
        byte
    }

    fn end(&mut self) {
        for (at, byte) in self.written.drain(..) {
            self.bytes[at] = byte;
        }
    }
}
