//! Records on a ring of pages. The newest record with a key is the live one.
//!
//! Pages are filled one after the other. Before the last spare page is used, the live records of
//! the oldest page are copied to the spare page, behind the space for its header. The header is
//! programmed last and names the page that is now the oldest. Programming the header is the commit
//! point: before it the spare page is free, after it the formerly oldest page is free. The store
//! never reads the leftovers of an interrupted erase or program in a page without a valid header.

mod change;
mod collect;
mod folders;
mod index;
mod mount;
mod page;
mod record;

use core::future::poll_fn;
use core::ops::Range;
use core::task::Poll;

use embedded_storage_async::nor_flash::NorFlash;

use self::folders::Folders;
pub use self::folders::MAX_FOLDERS;
pub(crate) use self::folders::{Total, owner};
pub(crate) use self::index::Slot;
use self::index::{Index, hash};
pub(crate) use self::record::Kind;
use self::record::{HEADER, Header, MAX_RECORD_KEY, seal};
use crate::error::Area;
use crate::layout::{Geometry, Layout};
use crate::{Error, flash};

/// Bytes of the longest value: a chunk of a file.
pub(crate) const MAX_RECORD_VALUE: usize = 512;

/// Bytes of the longest record: the longest chunk with its key of 4 bytes, padded to whole words.
const MAX_RECORD: usize = 544;

/// Flash wear caused by records, in bytes, since the `Store` was created. Both counters wrap at
/// 2^32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wear {
    /// Bytes programmed for new records.
    pub written: u32,
    /// Bytes erased, plus bytes programmed to make room: moved records and page headers.
    pub moved: u32,
}

impl Wear {
    /// Returns the increase of both counters since `earlier`, an older value of the same store.
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            written: self.written.wrapping_sub(earlier.written),
            moved: self.moved.wrapping_sub(earlier.moved),
        }
    }

    fn write(&mut self, bytes: u32) {
        self.written = self.written.wrapping_add(bytes);
    }

    fn make_room(&mut self, bytes: u32) {
        self.moved = self.moved.wrapping_add(bytes);
    }
}

/// The records of a store.
#[derive(Debug)]
pub(crate) struct Journal<F, const N: usize> {
    pub(crate) flash: F,
    layout: Layout,
    index: Index<N>,
    /// Numbers of the oldest live page and of the newest page.
    oldest: u32,
    newest: u32,
    /// End of the records in the newest page, in bytes from its start.
    end: u32,
    /// Whether the newest page accepts no more records, because an interrupted write left bytes
    /// behind its end.
    sealed: bool,
    /// Whether a change started and did not finish, so that only the flash has the true state.
    torn: bool,
    /// Largest tag read from the flash or returned by [`next_tag`](Self::next_tag). A mount does
    /// not lower it, because a caller may still hold a tag whose records are gone.
    tag: u32,
    folders: Folders,
    wear: Wear,
    /// Tag of a file whose pieces are written before its entry.
    loose: Option<u32>,
    /// Number of folder and archive entries examined.
    looked_at: u32,
    /// Buffer for the next record.
    draft: [u8; MAX_RECORD],
}

impl<F: NorFlash, const N: usize> Journal<F, N> {
    pub(crate) fn new(flash: F, layout: Layout) -> Self {
        Self {
            flash,
            index: Index::new(layout.geometry.write),
            layout,
            oldest: 0,
            newest: 0,
            end: 0,
            sealed: true,
            torn: true,
            tag: 0,
            folders: Folders::new(),
            wear: Wear::default(),
            loose: None,
            looked_at: 0,
            draft: [0xFF; MAX_RECORD],
        }
    }

    pub(crate) fn wear(&self) -> Wear {
        self.wear
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Returns the slots of all live records.
    pub(crate) fn slots(&self) -> &[Slot] {
        self.index.slots()
    }

    /// Returns a tag that no record has or had.
    pub(crate) fn next_tag(&mut self) -> Result<u32, Error> {
        self.tag = self
            .tag
            .checked_add(1)
            .ok_or(Error::Corrupt(Area::Records))?;
        Ok(self.tag)
    }

    /// Reads the flash again if a change started and did not finish.
    pub(crate) async fn ready(&mut self) -> Result<(), Error> {
        if self.torn {
            self.mount().await?;
        }
        if let Some(tag) = self.loose.take() {
            self.index.remove_chunks(tag);
        }
        Ok(())
    }

    /// Finds the record with a key.
    pub(crate) async fn find(&mut self, kind: Kind, key: &[u8]) -> Result<Option<Slot>, Error> {
        let place = self.place(kind, key).await?;
        Ok(place.and_then(|place| self.index.slot(place)))
    }

    /// Finds the record with a key and a tag, without reading the flash. No other record of the
    /// same kind has the same tag.
    pub(crate) fn find_tagged(&self, kind: Kind, key: &[u8], tag: u32) -> Option<Slot> {
        let likely = self.index.likely(kind, hash(kind, key));
        let mut slots = likely.filter_map(|place| self.index.slot(place));
        slots.find(|slot| slot.tag == tag)
    }

    /// Finds a chunk.
    pub(crate) fn find_chunk(&self, tag: u32, number: u32) -> Option<Slot> {
        self.index.slot(self.index.chunk(tag, number)?)
    }

    /// Returns the index range of a folder's entries, which may include entries of other folders.
    pub(crate) fn entries(&self, folder: &[u8]) -> Range<usize> {
        self.index.entries(folder)
    }

    /// Returns the index range of all records of a kind.
    pub(crate) fn of_kind(&self, kind: Kind) -> Range<usize> {
        self.index.of_kind(kind)
    }

    /// Counts an examined entry, and yields to other tasks after every [`LOOKS`] entries.
    pub(crate) async fn look_at(&mut self) {
        self.looked_at = self.looked_at.saturating_add(1);
        if self.looked_at.is_multiple_of(LOOKS) {
            give_way().await;
        }
    }

    /// Returns the number of entries examined since the last call, and resets it.
    pub(crate) fn take_looked_at(&mut self) -> u32 {
        core::mem::take(&mut self.looked_at)
    }

    /// Returns the number of a folder's entries and their bytes.
    pub(crate) fn total(&self, folder: &[u8]) -> Total {
        self.folders.total(folder)
    }

    /// Returns the size of a file in bytes: the end of its last piece, since files have no holes.
    pub(crate) fn size(&self, tag: u32) -> u32 {
        let Some(last) = self.index.last_chunk(tag) else {
            return 0;
        };
        let start = last.hash.saturating_mul(self.chunk());
        start.saturating_add(u32::from(last.value))
    }

    /// Returns the total bytes of all folders except those with these names.
    pub(crate) fn total_beside<'n>(&self, names: impl Iterator<Item = &'n str> + Clone) -> u32 {
        self.folders.total_beside(names)
    }

    /// Copies a record's key to the start of `buf` and returns it.
    pub(crate) async fn key<'b>(
        &mut self,
        slot: Slot,
        buf: &'b mut [u8; MAX_RECORD_KEY],
    ) -> Result<&'b [u8], Error> {
        let key = buf
            .get_mut(..usize::from(slot.key))
            .ok_or(Error::Corrupt(Area::Records))?;
        let at = self.address(slot.at) + HEADER as u32;
        flash::read(&mut self.flash, at, key).await?;
        Ok(key)
    }

    /// Verifies a record and copies bytes of its value, starting at `offset`, to the start of
    /// `buf`. Returns the number of bytes copied.
    pub(crate) async fn value(
        &mut self,
        slot: Slot,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<usize, Error> {
        self.verify(slot).await?;
        let left = u32::from(slot.value).saturating_sub(offset) as usize;
        let length = left.min(buf.len());
        let value = buf.get_mut(..length).unwrap_or_default();
        let at = self.address(slot.at) + HEADER as u32 + u32::from(slot.key) + offset;
        flash::read(&mut self.flash, at, value).await?;
        Ok(length)
    }

    /// Returns the buffer for the next record's value, behind a key of `key` bytes.
    pub(crate) fn draft(&mut self, key: usize, value: usize) -> Result<&mut [u8], Error> {
        let start = HEADER + key;
        self.draft
            .get_mut(start..start + value)
            .ok_or(Error::Invalid)
    }

    /// Copies a record's value to the start of the draft's value.
    pub(crate) async fn draft_from(&mut self, slot: Slot) -> Result<(), Error> {
        self.verify(slot).await?;
        let start = HEADER + usize::from(slot.key);
        let at = self.address(slot.at) + start as u32;
        let value = self.draft.get_mut(start..start + usize::from(slot.value));
        flash::read(&mut self.flash, at, value.ok_or(Error::Invalid)?).await
    }

    /// Copies bytes of the flash to the start of the draft's value, as a piece of a file.
    pub(crate) async fn draft_from_flash(
        &mut self,
        address: u32,
        length: usize,
    ) -> Result<(), Error> {
        let start = HEADER + 4;
        let value = self.draft.get_mut(start..start + length);
        flash::read(&mut self.flash, address, value.ok_or(Error::Invalid)?).await
    }

    /// Returns the place in the index of the record with a key.
    async fn place(&mut self, kind: Kind, key: &[u8]) -> Result<Option<usize>, Error> {
        let mut buf = [0; MAX_RECORD_KEY];
        for place in self.index.likely(kind, hash(kind, key)) {
            let Some(slot) = self.index.slot(place) else {
                break;
            };
            if self.key(slot, &mut buf).await? == key {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    /// Programs the draft at the end of the newest page, or of the next page that has room, and
    /// returns its position.
    async fn append(&mut self, header: &Header, key: &[u8]) -> Result<u32, Error> {
        let length = self.padded(header);
        // One turn of the ring packs all records as tightly as possible.
        for _ in 0..=self.pages() {
            if !self.sealed && self.end + length <= self.geometry().page {
                return self.program(header, key, length).await;
            }
            self.advance().await?;
        }
        Err(self.full(length))
    }

    async fn program(&mut self, header: &Header, key: &[u8], length: u32) -> Result<u32, Error> {
        let at = self.start_of(self.newest) + self.end;
        let address = self.address(at);
        let used = seal(&mut self.draft, header, key)?.len();
        let words = self.draft.get_mut(..length as usize);
        let words = words.ok_or(Error::Invalid)?;
        words.get_mut(used..).unwrap_or_default().fill(0xFF);
        self.wear.write(length);
        self.flash
            .write(address, words)
            .await
            .map_err(Error::flash)?;
        self.end += length;
        Ok(at)
    }

    /// Verifies a record against its slot and its CRC.
    async fn verify(&mut self, slot: Slot) -> Result<(), Error> {
        let mut bytes = [0; HEADER];
        let address = self.address(slot.at);
        flash::read(&mut self.flash, address, &mut bytes).await?;
        let header = slot.header();
        match Header::decode(bytes) {
            Some((found, sum)) if found == header => {
                let body = address + HEADER as u32;
                let end = address + header.bytes();
                let crc = flash::digest(&mut self.flash, body, end, header.crc()).await?;
                if crc.value() == sum {
                    return Ok(());
                }
            }
            _ => {}
        }
        Err(Error::Corrupt(Area::Records))
    }

    fn geometry(&self) -> Geometry {
        self.layout.geometry
    }

    /// Returns the number of pages in the ring.
    fn pages(&self) -> u32 {
        (self.layout.records.end - self.layout.records.start) / self.geometry().page
    }

    /// Returns the start of a page, in bytes from the start of the records.
    fn start_of(&self, number: u32) -> u32 {
        number % self.pages() * self.geometry().page
    }

    fn address(&self, at: u32) -> u32 {
        self.layout.records.start + at
    }

    /// Returns the padded size of a record in bytes.
    pub(crate) fn padded(&self, header: &Header) -> u32 {
        header.bytes().next_multiple_of(self.geometry().write)
    }

    /// Returns the padded size of a record whose key and value have `bytes` bytes together.
    pub(crate) fn record_bytes(&self, bytes: u32) -> u32 {
        (HEADER as u32 + bytes).next_multiple_of(self.geometry().write)
    }
}

/// Number of entries examined between two yields.
const LOOKS: u32 = 16;

/// Yields once to the executor.
async fn give_way() {
    let mut gave_way = false;
    poll_fn(|cx| {
        if core::mem::replace(&mut gave_way, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Returns whether a key lies below a folder.
pub(crate) fn is_in(key: &[u8], folder: &[u8]) -> bool {
    let rest = key.strip_prefix(folder);
    rest.is_some_and(|rest| rest.first() == Some(&b'/'))
}
