//! Shares of a store. A share promised to an app guarantees that the app finds this room when it
//! needs it.
//!
//! All stored data takes records of the index and bytes of flash. A quota in bytes bounds both,
//! because each entry counts as [`ENTRY_BYTES`], the maximum that the entry's record and the first
//! piece of its file take.

use embedded_storage_async::nor_flash::NorFlash;

use crate::app::APP_BYTES;
use crate::journal::{Kind, owner};
use crate::{ENTRY_BYTES, Error, MAX_FOLDER, Store};

/// Share: a part of a store's capacity that is in use or promised to an app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Number of records in the index.
    pub records: u32,
    /// Bytes of flash, including record headers and the padding to whole words.
    pub bytes: u32,
}

/// The firmware's reserve in addition to the records of apps: the firmware's settings, its trusted
/// keys (before and after a change of keys), and the address for the next image.
const FIRMWARE: Share = Share {
    records: 32,
    bytes: 8 << 10,
};

impl Share {
    /// Returns the sum of both shares.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            records: self.records.saturating_add(other.records),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }

    /// Returns this share less `other`. Neither number goes below zero.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self {
            records: self.records.saturating_sub(other.records),
            bytes: self.bytes.saturating_sub(other.bytes),
        }
    }

    /// Returns whether both the records and the bytes of this share fit into `room`.
    pub const fn fits(self, room: Self) -> bool {
        self.records <= room.records && self.bytes <= room.bytes
    }
}

impl<F: NorFlash, const RECORDS: usize> Store<F, RECORDS> {
    /// Maximum share of one app's settings, keys included. It grows with `RECORDS`, from 8 records
    /// upwards, and has 128 bytes for each record.
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

    /// Returns the file quota in bytes that can be promised to each of `apps` apps in addition to
    /// its settings. The number of index records limits this quota; with pages of less than 2 KiB,
    /// the real limit is lower.
    pub const fn fair_quota(apps: u32) -> u32 {
        let records = (RECORDS as u32).saturating_sub(FIRMWARE.records + apps);
        let apps = if apps == 0 { 1 } else { apps };
        let each = (records / apps).saturating_sub(Self::SETTINGS.records);
        each.saturating_mul(ENTRY_BYTES / 2)
    }

    /// Returns the maximum share that an app's files can occupy under a file quota of `quota`
    /// bytes.
    pub fn share_of_files(&self, quota: u32) -> Share {
        let piece = self.journal.chunk();
        // Each small file takes two records, and each large file one record for each piece.
        let per_record = piece.min(ENTRY_BYTES / 2);
        let record = self.journal.record_bytes(4 + piece);
        Share {
            records: quota.div_ceil(per_record),
            bytes: quota.div_ceil(piece).saturating_mul(record),
        }
    }

    /// Returns the share that can be promised to `apps` apps together: the store's capacity less
    /// the firmware's reserve and the apps' own records.
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

    /// Returns the share that files and settings occupy whose owner is not in `apps`, the names of
    /// apps.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] if stored data is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn taken_by_others<'n>(
        &mut self,
        apps: impl Iterator<Item = &'n str> + Clone,
    ) -> Result<Share, Error> {
        self.journal.ready().await?;
        let files = self.journal.total_beside(apps.clone());
        let settings = self.settings_where(|tag| !apps.clone().any(|app| owner(app) == tag));
        Ok(self.share_of_files(files).and(settings))
    }

    /// Returns the share that the settings occupy that `app` was the last to set.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] if stored data is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn settings_of(&mut self, app: &str) -> Result<Share, Error> {
        self.journal.ready().await?;
        let owner = owner(app);
        Ok(self.settings_where(|tag| tag == owner))
    }

    /// Returns the share of all settings for whose owner tag `is_meant` returns `true`.
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
