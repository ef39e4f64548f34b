//! The files that come with an app: a `ustar` archive (POSIX.1-2001, pax utility) in the app's
//! image, in the format of `tar --format=ustar`. The store reads it in place.

use core::ops::Range;

use embedded_storage_async::nor_flash::NorFlash;

use super::path::{is_path, parent};
use super::{EntryKind, MAX_PATH};
use crate::{Error, Store, flash};

/// Maximum number of entries in the archive of an image's files. The number is limited because each
/// lookup reads all headers before the entry.
pub const MAX_ARCHIVE_ENTRIES: usize = 64;

/// Block size in bytes. Headers and files are padded to a multiple of the block size.
const BLOCK: u32 = 512;

/// Bytes read of a header: up to the end of the field `magic`.
const HEADER: usize = 263;

/// Bytes of the longest path, with a leading `./` and a trailing `/`.
const NAME: usize = MAX_PATH + 3;

/// An entry of an archive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    name: [u8; NAME],
    length: usize,
    pub(super) kind: EntryKind,
    /// Start address of the entry's bytes on the flash.
    pub(super) start: u32,
    pub(super) size: u32,
}

impl Member {
    pub(super) fn path(&self) -> &str {
        let name = self.name.get(..self.length).unwrap_or_default();
        let name = core::str::from_utf8(name).unwrap_or_default();
        let name = name.strip_prefix("./").unwrap_or(name);
        let name = if name == "." { "" } else { name };
        name.strip_suffix('/').unwrap_or(name)
    }

    /// Reads a header; returns `Ok(None)` at the end of the archive.
    fn decode(header: &[u8; HEADER], start: u32) -> Result<Option<Self>, Error> {
        let field = |range: Range<usize>| header.get(range).unwrap_or_default();
        if field(0..1) == [0] {
            return Ok(None);
        }
        let kind = match field(156..157) {
            [b'0' | 0] => EntryKind::File,
            [b'5'] => EntryKind::Directory,
            _ => return Err(Error::Invalid),
        };
        let long = field(0..100);
        let length = long.iter().position(|byte| *byte == 0);
        let length = length.filter(|length| *length <= NAME);
        let length = length.ok_or(Error::Invalid)?;
        let mut name = [0; NAME];
        flash::copy(field(0..length), &mut name);
        let size = octal(field(124..136)).ok_or(Error::Invalid)?;
        let is_ustar = field(257..263) == b"ustar\0";
        let member = Self {
            name,
            length,
            kind,
            start,
            size,
        };
        match is_ustar && core::str::from_utf8(field(0..length)).is_ok() {
            true => Ok(Some(member)),
            false => Err(Error::Invalid),
        }
    }
}

/// Parses an octal number with leading spaces and a trailing space or NUL.
fn octal(field: &[u8]) -> Option<u32> {
    let text = core::str::from_utf8(field).ok()?;
    let digits = text.trim_matches([' ', '\0']);
    u32::from_str_radix(digits, 8).ok()
}

impl<F: NorFlash, const RECORDS: usize> Store<F, RECORDS> {
    /// Reads the entry at the start of an archive's range and advances the range past it. Returns
    /// `None` at the archive's end.
    pub(super) async fn next_member(
        &mut self,
        archive: &mut Range<u32>,
    ) -> Result<Option<Member>, Error> {
        self.journal.look_at().await;
        let mut header = [0; HEADER];
        let start = archive.start.saturating_add(BLOCK);
        if start > archive.end {
            return Ok(None);
        }
        flash::read(&mut self.journal.flash, archive.start, &mut header).await?;
        let Some(member) = Member::decode(&header, start)? else {
            return Ok(None);
        };
        let blocks = member.size.checked_next_multiple_of(BLOCK);
        let end = blocks.and_then(|blocks| start.checked_add(blocks));
        let end = end.ok_or(Error::Invalid)?;
        if start + member.size > archive.end {
            return Err(Error::Invalid);
        }
        archive.start = end;
        Ok(Some(member))
    }

    /// Finds an entry of an archive by its path.
    pub(super) async fn find_member(
        &mut self,
        mut archive: Range<u32>,
        path: &str,
    ) -> Result<Option<Member>, Error> {
        while let Some(member) = self.next_member(&mut archive).await? {
            if member.path() == path {
                return Ok(Some(member));
            }
        }
        Ok(None)
    }

    /// Rejects an archive that has too many entries, an entry that is neither a file nor a
    /// directory, an invalid path, two entries with the same path, or an entry that precedes its
    /// directory.
    pub(crate) async fn check_archive(&mut self, archive: Range<u32>) -> Result<(), Error> {
        let mut rest = archive.clone();
        for _ in 0..=MAX_ARCHIVE_ENTRIES {
            let place = rest.start;
            let Some(member) = self.next_member(&mut rest).await? else {
                return Ok(());
            };
            let path = member.path();
            if !is_path(path) || (path.is_empty() && member.kind == EntryKind::File) {
                return Err(Error::Invalid);
            }
            let before = archive.start..place;
            let is_twice = self.find_member(before.clone(), path).await?.is_some();
            let parent = parent(path);
            let found = match parent {
                "" => Some(EntryKind::Directory),
                _ => self.find_member(before, parent).await?.map(|m| m.kind),
            };
            if is_twice || found != Some(EntryKind::Directory) {
                return Err(Error::Invalid);
            }
        }
        Err(Error::Invalid)
    }
}
