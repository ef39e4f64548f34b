//! Which records count, and where they are: 16 bytes of RAM for each.

use heapless::Vec;

use super::record::{Header, Kind};
use crate::Error;
use crate::crc::crc;

/// One record that counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    /// Bytes from the start of the records.
    pub(crate) at: u32,
    pub(crate) hash: u32,
    pub(crate) tag: u32,
    pub(crate) value: u16,
    pub(crate) key: u8,
    pub(crate) kind: Kind,
}

/// All records that count, in no order.
#[derive(Debug)]
pub(crate) struct Index<const N: usize>(Vec<Slot, N>);

impl Slot {
    pub(crate) fn new(header: &Header, key: &[u8], at: u32) -> Self {
        Self {
            at,
            hash: hash(key),
            tag: header.tag,
            value: header.value,
            key: header.key,
            kind: header.kind,
        }
    }

    /// Returns the header that was written.
    pub(crate) fn header(&self) -> Header {
        Header {
            kind: self.kind,
            removed: false,
            key: self.key,
            value: self.value,
            tag: self.tag,
        }
    }
}

impl<const N: usize> Index<N> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn slots(&self) -> &[Slot] {
        &self.0
    }

    pub(crate) fn slot(&self, place: usize) -> Option<Slot> {
        self.0.get(place).copied()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.0.is_full()
    }

    /// Puts a slot in the place of another, or in a new one.
    pub(crate) fn set(&mut self, place: Option<usize>, slot: Slot) -> Result<(), Error> {
        match place.and_then(|place| self.0.get_mut(place)) {
            Some(old) => *old = slot,
            None => self.0.push(slot).map_err(|_| Error::TooManyRecords)?,
        }
        Ok(())
    }

    pub(crate) fn remove(&mut self, place: usize) {
        if place < self.0.len() {
            self.0.swap_remove(place);
        }
    }

    /// Finds a piece of a file.
    pub(crate) fn chunk(&self, tag: u32, number: u32) -> Option<usize> {
        let is = |slot: &Slot| slot.kind == Kind::Chunk && slot.tag == tag && slot.hash == number;
        self.0.iter().position(is)
    }

    /// Tells whether a file has this tag.
    pub(crate) fn has_file(&self, tag: u32) -> bool {
        let is = |slot: &Slot| slot.kind == Kind::Entry && slot.tag == tag;
        self.0.iter().any(is)
    }

    /// Forgets the pieces of files that are no more.
    pub(crate) fn drop_orphans(&mut self) {
        let mut place = 0;
        while let Some(slot) = self.slot(place) {
            if slot.kind == Kind::Chunk && !self.has_file(slot.tag) {
                self.remove(place);
            } else {
                place += 1;
            }
        }
    }
}

/// Returns a key's hash: of 4 bytes the number that they are, so that the numbers of chunks can be read from it.
pub(crate) fn hash(key: &[u8]) -> u32 {
    match key.try_into() {
        Ok(number) => u32::from_le_bytes(number),
        Err(_) => crc(key),
    }
}
