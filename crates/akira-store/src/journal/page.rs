//! The header of a page of records.
//!
//! | Bytes | Content |
//! |---|---|
//! | 0-3 | `AKRS` |
//! | 4 | format of its records |
//! | 5-7 | zeros |
//! | 8-11 | number of the page, counted up from 0 since the store was formatted |
//! | 12-15 | number of the oldest live page |
//! | 16-19 | end of the records in the previous page, in bytes from its start |
//! | 20-23 | CRC-32 of bytes 0-19 |

use core::ops::RangeInclusive;

use crate::crc::crc;
use crate::store::FORMAT;

/// Record formats that this crate reads.
const KNOWN: RangeInclusive<u8> = 1..=FORMAT;

/// Size of a page's header in bytes, without padding.
pub(crate) const HEADER: usize = 24;

const MAGIC: [u8; 4] = *b"AKRS";

/// The header of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// Format of the page's records.
    pub(crate) format: u8,
    pub(crate) number: u32,
    pub(crate) oldest: u32,
    pub(crate) used_before: u32,
}

/// The result of decoding a page's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Page(Page),
    OtherFormat(u8),
    Nothing,
}

impl Page {
    pub(crate) fn encode(&self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        let [format, a, b, c] = [self.format, 0, 0, 0];
        let fields = [
            MAGIC,
            [format, a, b, c],
            self.number.to_le_bytes(),
            self.oldest.to_le_bytes(),
            self.used_before.to_le_bytes(),
        ];
        let (fields_out, crc_out) = bytes.split_at_mut(HEADER - 4);
        fields_out.copy_from_slice(fields.as_flattened());
        let crc = crc(fields_out);
        crc_out.copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    pub(crate) fn decode(bytes: &[u8; HEADER]) -> Found {
        let (words, _) = bytes.as_chunks::<4>();
        let &[magic, [format, ..], number, oldest, used, sum] = words else {
            return Found::Nothing;
        };
        let (fields, _) = bytes.split_at(HEADER - 4);
        if magic != MAGIC || u32::from_le_bytes(sum) != crc(fields) {
            return Found::Nothing;
        }
        if !KNOWN.contains(&format) {
            return Found::OtherFormat(format);
        }
        Found::Page(Self {
            format,
            number: u32::from_le_bytes(number),
            oldest: u32::from_le_bytes(oldest),
            used_before: u32::from_le_bytes(used),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_of_a_header_is_noticed() {
        let page = Page {
            format: FORMAT,
            number: 9,
            oldest: 7,
            used_before: 100,
        };
        let bytes = page.encode();
        assert_eq!(Page::decode(&bytes), Found::Page(page));
        for bit in 0..HEADER * 8 {
            let mut flipped = bytes;
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Page::decode(&flipped), Found::Nothing, "bit {bit}");
        }
    }
}
