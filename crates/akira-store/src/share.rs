//! Shares of a store, so that the room promised to an app is available when the app needs it.
//!
//! All stored data takes records of the index and bytes of flash. A quota in bytes bounds both, because each entry
//! counts as [`ENTRY_BYTES`], the maximum that its record and the first piece of a file take.

use embedded_storage_async::nor_flash::NorFlash;

use crate::app::APP_BYTES;
use crate::journal::{Kind, owner};
use crate::{ENTRY_BYTES, Error, MAX_FOLDER, Store};

/// A part of a store's capacity, in use or promised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Records of the index.
    pub records: u32,
    /// Bytes of flash, including record headers and the padding to whole words.
    pub bytes: u32,
}

/// The firmware's reserve in addition to the records of apps: its own settings, the keys that it trusts (before and
/// after a change of them), and the address for the next image.
const FIRMWARE: Share = Share {
    records: 32,
    bytes: 8 << 10,
};

impl Share {
    /// Adds another share.
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

    /// Returns whether both the records and the bytes fit `room`.
    pub const fn fits(self, room: Self) -> bool {
        self.records <= room.records && self.bytes <= room.bytes
    }
}

impl<F: NorFlash, const RECORDS: usize> Store<F, RECORDS> {
    /// Maximum share of one app's settings, keys included; it scales with the size of the store.
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

    /// Returns the file quota in bytes that each of `apps` apps can be promised in addition to its settings, as limited
    /// by the index. With pages of less than 2 KiB, the real limit is lower.
    pub const fn fair_quota(apps: u32) -> u32 {
        let records = (RECORDS as u32).saturating_sub(FIRMWARE.records + apps);
        let apps = if apps == 0 { 1 } else { apps };
        let each = (records / apps).saturating_sub(Self::SETTINGS.records);
        each.saturating_mul(ENTRY_BYTES / 2)
    }

    /// Returns the maximum share that files take under a quota of `quota` bytes.
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

    /// Returns the share that can be promised to apps, after the firmware's reserve and the records of `apps` apps.
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

    /// Returns the share taken by files and settings of all owners whose names are not in `apps`.
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

    /// Returns the share taken by the settings that `app` was the last to set.
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

    /// Sums up the settings whose owner tag `is_meant` accepts.
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
