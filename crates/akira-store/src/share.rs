//! Who may take how much: what is promised to an app is there when it wants it.
//!
//! Whatever a store keeps takes records of its index and bytes of its flash. Both follow from a quota in bytes, for each
//! entry counts as [`ENTRY_BYTES`], which is what its record and the first piece of a file take at most.

use embedded_storage_async::nor_flash::NorFlash;

use crate::app::APP_BYTES;
use crate::journal::{Kind, owner};
use crate::{ENTRY_BYTES, Error, MAX_FOLDER, Store};

/// What somebody takes of a store, or may take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Records of the index.
    pub records: u32,
    /// Bytes of flash, those of the records' headers and words included.
    pub bytes: u32,
}

/// The records that are the firmware's beside those of apps: settings of its own, the keys that it trusts, before and after a
/// change of them, and where the next image goes.
const FIRMWARE: Share = Share {
    records: 32,
    bytes: 8 << 10,
};

impl Share {
    /// Adds another one.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            records: self.records.saturating_add(other.records),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }

    /// Returns the difference, at least zero.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self {
            records: self.records.saturating_sub(other.records),
            bytes: self.bytes.saturating_sub(other.bytes),
        }
    }

    /// Tells whether there is as much in another one, of both.
    pub const fn fits(self, room: Self) -> bool {
        self.records <= room.records && self.bytes <= room.bytes
    }
}

impl<F: NorFlash, const RECORDS: usize> Store<F, RECORDS> {
    /// The settings that one app may keep, with their keys: a part of the store that shrinks with it.
    pub const SETTINGS: Share = {
        let records = if RECORDS < 1024 {
            8
        } else {
            RECORDS as u32 / 128
        };
        Share {
            records,
            bytes: records * 128,
        }
    };

    /// Returns the quota in bytes that each of so many apps can be promised, with its settings, as far as the index goes; on
    /// pages of less than 2 KiB it is less.
    pub const fn fair_quota(apps: u32) -> u32 {
        let records = (RECORDS as u32).saturating_sub(FIRMWARE.records + apps);
        let apps = if apps == 0 { 1 } else { apps };
        let each = (records / apps).saturating_sub(Self::SETTINGS.records);
        each.saturating_mul(ENTRY_BYTES / 2)
    }

    /// Returns what the files of an app take at most whose quota is so many bytes.
    pub fn share_of_files(&self, quota: u32) -> Share {
        let piece = self.journal.chunk();
        // Small files take two records each, large ones a record for each piece.
        let per_record = piece.min(ENTRY_BYTES / 2);
        let record = self.journal.record_bytes(4 + piece);
        Share {
            records: quota.div_ceil(per_record),
            bytes: quota.div_ceil(piece).saturating_mul(record),
        }
    }

    /// Returns what can be promised to apps, if the firmware is to have records for so many of them and for itself.
    pub fn room(&self, apps: u32) -> Share {
        let app = self.journal.record_bytes((MAX_FOLDER + APP_BYTES) as u32);
        let all = Share {
            records: u32::try_from(RECORDS).unwrap_or(u32::MAX),
            bytes: self.journal.capacity(),
        };
        all.without(FIRMWARE).without(Share {
            records: apps,
            bytes: apps.saturating_mul(app),
        })
    }

    /// Returns what the files and settings take of all whose names are not among those of `apps`.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn taken_by_others<'n>(
        &mut self,
        apps: impl Iterator<Item = &'n str> + Clone,
    ) -> Result<Share, Error> {
        self.journal.ready().await?;
        let files = self.journal.total_beside(apps.clone());
        let settings = self.settings_where(|tag| !apps.clone().any(|app| owner(app) == tag));
        Ok(self.share_of_files(files).and(settings))
    }

    /// Returns what the settings take that one app has set last.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn settings_of(&mut self, app: &str) -> Result<Share, Error> {
        self.journal.ready().await?;
        let owner = owner(app);
        Ok(self.settings_where(|tag| tag == owner))
    }

    /// Adds up the settings whose owners are meant.
    pub(crate) fn settings_where(&self, mut is_meant: impl FnMut(u32) -> bool) -> Share {
        let slots = self
            .journal
            .slots()
            .get(self.journal.of_kind(Kind::Setting));
        let slots = slots.unwrap_or_default().iter();
        let settings = slots.filter(|slot| is_meant(slot.tag));
        settings.fold(Share::default(), |sum, slot| {
            sum.and(Share {
                records: 1,
                bytes: self.journal.padded(&slot.header()),
            })
        })
    }
}
