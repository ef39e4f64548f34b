//! The index of live records and their positions. Each record takes 16 bytes of RAM.
//!
//! Slots are sorted, so a record is found by binary search, and the entries of a folder or the
//! pieces of a file are adjacent.

use core::ops::Range;

use heapless::Vec;

use super::record::{Header, Kind};
use crate::Error;
use crate::crc::crc;

/// A live record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    /// Position, in bytes from the start of the records.
    pub(crate) at: u32,
    pub(crate) hash: u32,
    pub(crate) tag: u32,
    pub(crate) value: u16,
    pub(crate) key: u8,
    pub(crate) kind: Kind,
}

/// All live records.
#[derive(Debug)]
pub(crate) struct Index<const N: usize> {
    slots: Vec<Slot, N>,
    /// Bytes that the records take on the flash.
    used: u32,
    /// Program unit of the flash in bytes.
    word: u32,
}

impl Slot {
    pub(crate) fn new(header: &Header, key: &[u8], at: u32) -> Self {
        Self {
            at,
            hash: hash(header.kind, key),
            tag: header.tag,
            value: header.value,
            key: header.key,
            kind: header.kind,
        }
    }

    /// Returns the header of the record on the flash.
    pub(crate) fn header(&self) -> Header {
        Header {
            kind: self.kind,
            removed: false,
            key: self.key,
            value: self.value,
            tag: self.tag,
        }
    }

    /// Returns whether `key` has the record's hash; a damaged key does not.
    pub(crate) fn is_of(&self, key: &[u8]) -> bool {
        self.hash == hash(self.kind, key)
    }

    /// Returns the sort key: file tag and number for a piece, the hash of the key for every other
    /// kind.
    fn rank(&self) -> (u8, u32, u32) {
        match self.kind {
            Kind::Chunk => rank_of_chunk(self.tag, self.hash),
            _ => (self.kind as u8, self.hash, 0),
        }
    }
}

impl<const N: usize> Index<N> {
    pub(crate) const fn new(word: u32) -> Self {
        Self {
            slots: Vec::new(),
            used: 0,
            word,
        }
    }

    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    pub(crate) fn slot(&self, place: usize) -> Option<Slot> {
        self.slots.get(place).copied()
    }

    /// Returns the bytes of all live records.
    pub(crate) fn used(&self) -> u32 {
        self.used
    }

    /// Returns the number of free slots.
    pub(crate) fn free(&self) -> usize {
        N - self.slots.len()
    }

    /// Replaces the slot at `place`, whose record has the same key, or inserts a new slot.
    pub(crate) fn set(&mut self, place: Option<usize>, slot: Slot) -> Result<(), Error> {
        let bytes = self.bytes(&slot);
        if let Some(old) = place.and_then(|place| self.slots.get_mut(place)) {
            let old = core::mem::replace(old, slot);
            self.used -= self.bytes(&old);
        } else {
            let rank = slot.rank();
            let place = self.slots.partition_point(|other| other.rank() <= rank);
            let inserted = self.slots.insert(place, slot);
            inserted.map_err(|_| Error::TooManyRecords)?;
        }
        self.used += bytes;
        Ok(())
    }

    pub(crate) fn remove(&mut self, place: usize) {
        if place < self.slots.len() {
            let slot = self.slots.remove(place);
            self.used -= self.bytes(&slot);
        }
    }

    /// Returns the places of all records of a kind whose keys have this hash.
    pub(crate) fn likely(&self, kind: Kind, hash: u32) -> Range<usize> {
        self.between((kind as u8, hash, 0), (kind as u8, hash, 0))
    }

    /// Returns the places of all records of a kind.
    pub(crate) fn of_kind(&self, kind: Kind) -> Range<usize> {
        self.between((kind as u8, 0, 0), (kind as u8, u32::MAX, u32::MAX))
    }

    /// Returns the places of a folder's entries, which may include entries of other folders.
    pub(crate) fn entries(&self, folder: &[u8]) -> Range<usize> {
        let first = hash_of_folder(folder);
        let kind = Kind::Entry as u8;
        self.between((kind, first, 0), (kind, first | 0xFFFF, 0))
    }

    /// Returns the places of the records of a kind below a folder, which may include other records.
    pub(crate) fn below(&self, kind: Kind, folder: &[u8]) -> Range<usize> {
        match kind {
            Kind::Entry => self.entries(folder),
            _ => self.of_kind(kind),
        }
    }

    /// Finds a piece of a file.
    pub(crate) fn chunk(&self, tag: u32, number: u32) -> Option<usize> {
        let rank = rank_of_chunk(tag, number);
        self.slots.binary_search_by_key(&rank, Slot::rank).ok()
    }

    /// Returns the last piece of a file.
    pub(crate) fn last_chunk(&self, tag: u32) -> Option<Slot> {
        self.slot(self.chunks(tag).last()?)
    }

    /// Removes the pieces of a file from the index.
    pub(crate) fn remove_chunks(&mut self, tag: u32) {
        let chunks = self.chunks(tag);
        let slots = self.slots.get(chunks.clone()).unwrap_or_default();
        let bytes: u32 = slots.iter().map(|slot| self.bytes(slot)).sum();
        self.used -= bytes;
        self.slots.copy_within(chunks.end.., chunks.start);
        self.slots.truncate(self.slots.len() - chunks.len());
    }

    /// Sorts entries by their tags, for [`has_file`](Self::has_file). Entries cannot be found by
    /// their keys until [`sort_entries_by_key`](Self::sort_entries_by_key) is called.
    pub(crate) fn sort_entries_by_tag(&mut self) {
        let entries = self.of_kind(Kind::Entry);
        let entries = self.slots.get_mut(entries).unwrap_or_default();
        entries.sort_unstable_by_key(|slot| slot.tag);
    }

    /// Sorts entries by their keys again.
    pub(crate) fn sort_entries_by_key(&mut self) {
        let start = self.slots.partition_point(|s| s.kind < Kind::Entry);
        let end = self.slots.partition_point(|s| s.kind <= Kind::Entry);
        let entries = self.slots.get_mut(start..end).unwrap_or_default();
        entries.sort_unstable_by_key(Slot::rank);
    }

    /// Returns whether a file has this tag. Entries must be sorted by tag.
    pub(crate) fn has_file(&self, tag: u32) -> bool {
        let rank = |slot: &Slot| match slot.kind {
            Kind::Entry => (slot.kind, slot.tag),
            kind => (kind, 0),
        };
        let found = self
            .slots
            .binary_search_by(|slot| rank(slot).cmp(&(Kind::Entry, tag)));
        found.is_ok()
    }

    fn chunks(&self, tag: u32) -> Range<usize> {
        self.between(rank_of_chunk(tag, 0), rank_of_chunk(tag, u32::MAX))
    }

    fn between(&self, first: (u8, u32, u32), last: (u8, u32, u32)) -> Range<usize> {
        let start = self.slots.partition_point(|slot| slot.rank() < first);
        let end = self.slots.partition_point(|slot| slot.rank() <= last);
        start..end
    }

    fn bytes(&self, slot: &Slot) -> u32 {
        slot.header().bytes().next_multiple_of(self.word)
    }
}

fn rank_of_chunk(tag: u32, number: u32) -> (u8, u32, u32) {
    (Kind::Chunk as u8, tag, number)
}

/// Returns a key's hash. For a piece, the hash is its number; for an entry, a hash of the folder in
/// the upper half and a hash of the path in the lower half; for every other kind, the CRC of the
/// key.
pub(crate) fn hash(kind: Kind, key: &[u8]) -> u32 {
    match (kind, key.try_into()) {
        (Kind::Chunk, Ok(number)) => u32::from_le_bytes(number),
        (Kind::Entry, _) => {
            let mut parts = key.splitn(2, |byte| *byte == b'/');
            let (folder, path) = (parts.next(), parts.next());
            hash_of_folder(folder.unwrap_or_default()) | crc(path.unwrap_or_default()) & 0xFFFF
        }
        _ => crc(key),
    }
}

fn hash_of_folder(folder: &[u8]) -> u32 {
    crc(folder) << 16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(kind: Kind, key: &[u8], tag: u32) -> Slot {
        let header = Header::new(kind, key, tag, 3).expect("the key is short");
        Slot::new(&header, key, 0)
    }

    #[test]
    fn pieces_of_a_file_lie_together_and_go_together() {
        let mut index: Index<8> = Index::new(4);
        let mut set = |slot| index.set(None, slot).expect("there is room");
        set(slot(Kind::Chunk, &1_u32.to_le_bytes(), 7));
        set(slot(Kind::Setting, b"a", 0));
        set(slot(Kind::Chunk, &0_u32.to_le_bytes(), 8));
        set(slot(Kind::Chunk, &0_u32.to_le_bytes(), 7));
        set(slot(Kind::Cursor, b"", 0));
        assert_eq!(index.last_chunk(7).map(|slot| slot.hash), Some(1));
        index.remove_chunks(7);
        let kinds = index.slots().iter().map(|slot| slot.kind);
        assert!(kinds.eq([Kind::Setting, Kind::Chunk, Kind::Cursor]));
        assert_eq!(index.used(), 16 + 20 + 16);
    }

    #[test]
    fn files_are_found_by_tag_and_by_key_again() {
        let mut index: Index<8> = Index::new(4);
        for (path, tag) in [(&b"a/x"[..], 9), (b"a/y", 5), (b"b/x", 7)] {
            let slot = slot(Kind::Entry, path, tag);
            index.set(None, slot).expect("there is room");
        }
        index.sort_entries_by_tag();
        assert!((4..10).filter(|tag| index.has_file(*tag)).eq([5, 7, 9]));
        index.sort_entries_by_key();
        assert_eq!(index.entries(b"a").len(), 2);
        let place = index.likely(Kind::Entry, hash(Kind::Entry, b"b/x"));
        assert_eq!(index.slot(place.start).map(|slot| slot.tag), Some(7));
    }
}
