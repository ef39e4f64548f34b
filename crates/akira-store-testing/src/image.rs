//! Parses the record pages of a flash, and repairs the checksums after a change.

use std::ops::Range;

/// Sizes of a page header and of a record header, in bytes.
const PAGE_HEADER: usize = 24;
const RECORD_HEADER: usize = 12;

/// Kinds of records, by their number on flash.
pub(crate) const APP: u8 = 1;
pub(crate) const SETTING: u8 = 2;
pub(crate) const ENTRY: u8 = 3;
pub(crate) const CHUNK: u8 = 4;
pub(crate) const FOLDER: u8 = 5;
pub(crate) const INSTALL: u8 = 6;
pub(crate) const REMOVED: u8 = 0x80;

/// Content of a flash whose record pages are at its start.
#[derive(Clone, Debug)]
pub(crate) struct FlashImage {
    pub(crate) bytes: Vec<u8>,
    pub(crate) page: usize,
    pub(crate) word: usize,
    pub(crate) pages: usize,
}

/// Position of a record.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// Offset of its first byte from the start of the flash.
    pub(crate) at: usize,
    /// Its size with the padding of its last word.
    pub(crate) padded: usize,
}

impl FlashImage {
    /// Returns the records of all pages, in the order of their addresses.
    pub(crate) fn records(&self) -> Vec<Record> {
        (0..self.pages)
            .flat_map(|page| self.records_of(page))
            .collect()
    }

    /// Returns the records of a page, up to the first place without a valid record.
    pub(crate) fn records_of(&self, page: usize) -> Vec<Record> {
        let end = (page + 1) * self.page;
        let mut at = page * self.page + PAGE_HEADER.next_multiple_of(self.word);
        let mut records = Vec::new();
        while self.bytes[page * self.page..].starts_with(b"AKRS") && at + RECORD_HEADER <= end {
            let length = RECORD_HEADER + self.key_length(at) + self.value_length(at);
            if !(1..=7).contains(&self.kind(at)) || at + length > end || !self.is_sealed(at, length)
            {
                break;
            }
            let padded = length.next_multiple_of(self.word);
            records.push(Record { at, padded });
            at += padded;
        }
        records
    }

    /// Returns the address at which the next record of a page would be written.
    pub(crate) fn end_of(&self, page: usize) -> usize {
        let first = page * self.page + PAGE_HEADER.next_multiple_of(self.word);
        let last = self.records_of(page).pop();
        last.map_or(first, |record| record.at + record.padded)
    }

    /// Returns the index of the page with the highest sequence number.
    pub(crate) fn newest(&self) -> usize {
        let number = |page: &usize| self.number(page * self.page + 8);
        let pages =
            (0..self.pages).filter(|page| self.bytes[page * self.page..].starts_with(b"AKRS"));
        pages.max_by_key(number).expect("there is a store")
    }

    /// Returns the kind of a record, without the bit that marks a removal.
    pub(crate) fn kind(&self, at: usize) -> u8 {
        self.bytes[at] & !REMOVED
    }

    pub(crate) fn key_length(&self, at: usize) -> usize {
        self.bytes[at + 1].into()
    }

    pub(crate) fn value_length(&self, at: usize) -> usize {
        u16::from_le_bytes([self.bytes[at + 2], self.bytes[at + 3]]).into()
    }

    pub(crate) fn tag(&self, at: usize) -> u32 {
        self.number(at + 4)
    }

    pub(crate) fn key(&self, at: usize) -> Range<usize> {
        at + RECORD_HEADER..at + RECORD_HEADER + self.key_length(at)
    }

    pub(crate) fn value(&self, at: usize) -> Range<usize> {
        let start = self.key(at).end;
        start..start + self.value_length(at)
    }

    pub(crate) fn number(&self, at: usize) -> u32 {
        let bytes = self.bytes[at..]
            .first_chunk()
            .expect("it lies on the flash");
        u32::from_le_bytes(*bytes)
    }

    /// Repairs the checksum of a record, over the part of it that lies on the flash.
    pub(crate) fn seal(&mut self, at: usize) {
        let end = self.value(at).end.min(self.bytes.len());
        let sum = self.sum(at, end.max(at + RECORD_HEADER));
        self.bytes[at + 8..at + 12].copy_from_slice(&sum.to_le_bytes());
    }

    /// Repairs the checksum of a page header.
    pub(crate) fn seal_page(&mut self, page: usize) {
        let at = page * self.page;
        let sum = crc(&self.bytes[at..at + 20]);
        self.bytes[at + 20..at + 24].copy_from_slice(&sum.to_le_bytes());
    }

    fn is_sealed(&self, at: usize, length: usize) -> bool {
        self.number(at + 8) == self.sum(at, at + length)
    }

    fn sum(&self, at: usize, end: usize) -> u32 {
        crc(&[
            &self.bytes[at..at + 8],
            &self.bytes[at + RECORD_HEADER..end],
        ]
        .concat())
    }
}

/// CRC-32 of IEEE 802.3, computed bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    let byte = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1))
        })
    };
    !bytes.iter().fold(!0, byte)
}
