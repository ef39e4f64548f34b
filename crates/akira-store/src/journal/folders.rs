//! A running total for each folder, so that a quota check does not read the files.

use heapless::Vec;
use sha2::{Digest, Sha256};

use crate::{ENTRY_BYTES, Error};

/// Maximum number of folders that contain files at the same time; each takes 16 bytes of RAM. The
/// number suffices for 32 apps, the firmware, and some folders left over from apps of an earlier
/// firmware.
pub const MAX_FOLDERS: usize = 36;

/// Number of a folder's entries and their total bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Total {
    pub(crate) entries: u32,
    /// Bytes of the folder's files, plus [`ENTRY_BYTES`] for each entry.
    pub(crate) bytes: u32,
}

/// Totals of the folders that are not empty, keyed by the first 8 bytes of the SHA-256 of their
/// names. A CRC does not suffice: an attacker could compute a name that collides.
#[derive(Debug)]
pub(crate) struct Folders(Vec<(u64, Total), MAX_FOLDERS>);

impl Total {
    /// Returns the contribution of an entry of `bytes` bytes.
    pub(crate) fn of_entry(bytes: u32) -> Self {
        Self {
            entries: 1,
            bytes: ENTRY_BYTES.saturating_add(bytes),
        }
    }

    /// Returns the contribution of `entries` empty entries.
    pub(crate) fn of_entries(entries: u32) -> Self {
        Self {
            entries,
            bytes: ENTRY_BYTES.saturating_mul(entries),
        }
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            entries: self.entries.saturating_add(other.entries),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }

    fn without(self, other: Self) -> Self {
        Self {
            entries: self.entries.saturating_sub(other.entries),
            bytes: self.bytes.saturating_sub(other.bytes),
        }
    }
}

impl Folders {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn total(&self, folder: &[u8]) -> Total {
        let id = id(folder);
        let row = self.0.iter().find(|row| row.0 == id);
        row.map(|row| row.1).unwrap_or_default()
    }

    /// Returns the total bytes of all folders except those with these names.
    pub(crate) fn total_beside<'n>(&self, names: impl Iterator<Item = &'n str> + Clone) -> u32 {
        let is_other =
            |row: &&(u64, Total)| !names.clone().any(|name| id(name.as_bytes()) == row.0);
        let others = self.0.iter().filter(is_other);
        others.fold(0, |sum: u32, row| sum.saturating_add(row.1.bytes))
    }

    /// Returns whether a folder has a row in the table or can get one.
    pub(crate) fn has_room(&self, folder: &[u8]) -> bool {
        let id = id(folder);
        !self.0.is_full() || self.0.iter().any(|row| row.0 == id)
    }

    /// Subtracts `old` from a folder's total and adds `new`.
    pub(crate) fn change(&mut self, folder: &[u8], old: Total, new: Total) -> Result<(), Error> {
        let id = id(folder);
        let place = match self.0.iter().position(|row| row.0 == id) {
            Some(place) => place,
            None => {
                let row = (id, Total::default());
                self.0.push(row).map_err(|_| Error::TooManyRecords)?;
                self.0.len() - 1
            }
        };
        if let Some(row) = self.0.get_mut(place) {
            row.1 = row.1.without(old).and(new);
            if row.1.entries == 0 {
                self.0.swap_remove(place);
            }
        }
        Ok(())
    }

    pub(crate) fn remove(&mut self, folder: &[u8]) {
        let id = id(folder);
        self.0.retain(|row| row.0 != id);
    }
}

/// Returns the folder of an entry's key.
pub(crate) fn folder_of(key: &[u8]) -> &[u8] {
    key.split(|byte| *byte == b'/').next().unwrap_or_default()
}

/// Returns the owner tag of an app's settings. The tag is never 0, which marks the firmware's
/// settings.
pub(crate) fn owner(app: &str) -> u32 {
    (id(app.as_bytes()) as u32).max(1)
}

fn id(folder: &[u8]) -> u64 {
    let hash: [u8; 32] = Sha256::digest(folder).into();
    u64::from_le_bytes(*hash.first_chunk().unwrap_or(&[0; 8]))
}
