//! Layout of a record: a header of 12 bytes, a key, a value, and padding to the flash's word.
//!
//! | Bytes | Content |
//! |---|---|
//! | 0 | kind; bit 7 is set if the record removes the key |
//! | 1 | length of the key in bytes |
//! | 2-3 | length of the value in bytes |
//! | 4-7 | tag: a number that identifies an owner, a file or an install, depending on the kind |
//! | 8-11 | CRC-32 of bytes 0-7, key and value |

use akira_caps::AppName;

use crate::app::APP_LENGTHS;
use crate::crc::Crc;
use crate::error::Area;
use crate::files::is_key;
use crate::{Error, MAX_KEY, MAX_VALUE};

/// Size of a record's header in bytes.
pub(crate) const HEADER: usize = 12;

/// Bytes of the longest key: an app's folder, a separator and a path.
pub(crate) const MAX_RECORD_KEY: usize = 96;

const REMOVED: u8 = 0x80;

/// The kind of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// An app. Removing it also removes its folder and the settings below its name.
    App = 1,
    /// A setting. The tag identifies the setting's owner.
    Setting = 2,
    /// A file or directory. The tag identifies the file's chunks. If the entry was renamed, its
    /// value ends with the old path.
    Entry = 3,
    /// A piece of a file, identified by tag and number.
    Chunk = 4,
    /// A folder. The journal writes only removals of this kind.
    Folder = 5,
    /// An app that never had an image. The journal writes only removals of this kind; they leave
    /// the app's folder in place.
    Install = 6,
    /// Address where the search for room for the next image begins.
    Cursor = 7,
}

/// The header of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) kind: Kind,
    pub(crate) removed: bool,
    pub(crate) key: u8,
    pub(crate) value: u16,
    pub(crate) tag: u32,
}

impl Kind {
    fn from_bits(bits: u8) -> Option<Self> {
        let kinds = [
            Self::App,
            Self::Setting,
            Self::Entry,
            Self::Chunk,
            Self::Folder,
            Self::Install,
            Self::Cursor,
        ];
        kinds.into_iter().find(|kind| *kind as u8 == bits)
    }
}

impl Header {
    /// Creates the header of a record with this key and a value of `value` bytes.
    pub(crate) fn new(kind: Kind, key: &[u8], tag: u32, value: usize) -> Result<Self, Error> {
        if key.len() > MAX_RECORD_KEY {
            return Err(Error::Invalid);
        }
        Ok(Self {
            kind,
            removed: false,
            key: u8::try_from(key.len()).map_err(|_| Error::Invalid)?,
            value: u16::try_from(value).map_err(|_| Error::Invalid)?,
            tag,
        })
    }

    /// Creates the header of a record that removes this key.
    pub(crate) fn removal(kind: Kind, key: &[u8], tag: u32) -> Result<Self, Error> {
        Ok(Self {
            removed: true,
            ..Self::new(kind, key, tag, 0)?
        })
    }

    /// Returns whether a store writes records of this kind with this key and a value of this
    /// length.
    pub(crate) fn is_sound(&self, key: &[u8]) -> bool {
        let value = usize::from(self.value);
        let text = || core::str::from_utf8(key).ok();
        let is_app = || text().and_then(AppName::installed).is_some();
        match self.kind {
            Kind::App => is_app() && (self.removed || APP_LENGTHS.contains(&value)),
            Kind::Install => is_app() && self.removed,
            Kind::Setting => (1..=MAX_KEY).contains(&key.len()) && value <= MAX_VALUE,
            Kind::Entry => {
                let is_below = key.contains(&b'/') && (self.removed || value > 0);
                is_below && text().is_some_and(is_key)
            }
            Kind::Folder => self.removed && text().is_some_and(is_key),
            // The file of a piece is known only when all entries are read; pieces are checked then.
            Kind::Chunk => !self.removed,
            Kind::Cursor => key.is_empty() && value == 4,
        }
    }

    /// Returns the first 8 bytes; the CRC follows them.
    pub(crate) fn encode(&self) -> [u8; HEADER - 4] {
        let kind = self.kind as u8 | if self.removed { REMOVED } else { 0 };
        let [v0, v1] = self.value.to_le_bytes();
        let [t0, t1, t2, t3] = self.tag.to_le_bytes();
        [kind, self.key, v0, v1, t0, t1, t2, t3]
    }

    /// Returns the header and the CRC, or `None` if the bytes are no header because the record was
    /// never written, or only in part.
    pub(crate) fn decode(bytes: [u8; HEADER]) -> Option<(Self, u32)> {
        let [kind, key, v0, v1, t0, t1, t2, t3, c0, c1, c2, c3] = bytes;
        let header = Self {
            kind: Kind::from_bits(kind & !REMOVED)?,
            removed: kind & REMOVED != 0,
            key,
            value: u16::from_le_bytes([v0, v1]),
            tag: u32::from_le_bytes([t0, t1, t2, t3]),
        };
        let fits = usize::from(key) <= MAX_RECORD_KEY;
        fits.then_some((header, u32::from_le_bytes([c0, c1, c2, c3])))
    }

    /// Begins the CRC that covers the header.
    pub(crate) fn crc(&self) -> Crc {
        Crc::new().add(&self.encode())
    }

    /// Returns the size of header, key and value in bytes.
    pub(crate) fn bytes(&self) -> u32 {
        HEADER as u32 + u32::from(self.key) + u32::from(self.value)
    }
}

/// Adds the header and the key to a record whose value is already in `buf`, and returns the
/// record's bytes.
pub(crate) fn seal<'a>(buf: &'a mut [u8], header: &Header, key: &[u8]) -> Result<&'a [u8], Error> {
    let value = HEADER + key.len();
    let end = header.bytes() as usize;
    let damaged = Error::Corrupt(Area::Records);
    buf.get_mut(HEADER..value)
        .ok_or(damaged)?
        .copy_from_slice(key);
    let crc = header.crc().add(buf.get(HEADER..end).ok_or(damaged)?);
    let (head, rest) = buf.split_at_mut_checked(HEADER - 4).ok_or(damaged)?;
    head.copy_from_slice(&header.encode());
    rest.get_mut(..4)
        .ok_or(damaged)?
        .copy_from_slice(&crc.value().to_le_bytes());
    buf.get(..end).ok_or(damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erased_bytes_are_no_record() {
        assert_eq!(Header::decode([0xFF; HEADER]), None);
    }

    #[test]
    fn a_header_survives_its_encoding() {
        let header = Header::removal(Kind::Entry, b"snake/score", 7).expect("the key is short");
        let mut bytes = [0; HEADER];
        bytes[..8].copy_from_slice(&header.encode());
        assert_eq!(Header::decode(bytes), Some((header, 0)));
    }
}
