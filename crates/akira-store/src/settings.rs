use embedded_storage_async::nor_flash::NorFlash;

use crate::journal::{Kind, owner};
use crate::{Error, Share, Store};

/// Maximum length of a setting's key, in bytes.
pub const MAX_KEY: usize = 63;

/// Maximum length of a setting's value, in bytes.
pub const MAX_VALUE: usize = 255;

impl<F: NorFlash, const RECORDS: usize> Store<F, RECORDS> {
    /// Copies the value of a setting to the start of `value`. Returns the value's length in bytes,
    /// or `None` if the setting does not exist.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if `value` is too short, [`Error::Corrupt`] if stored data is damaged,
    /// [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn setting(&mut self, key: &str, value: &mut [u8]) -> Result<Option<usize>, Error> {
        self.journal.ready().await?;
        let Some(slot) = self.journal.find(Kind::Setting, key.as_bytes()).await? else {
            return Ok(None);
        };
        if value.len() < usize::from(slot.value) {
            return Err(Error::Invalid);
        }
        self.journal.value(slot, 0, value).await.map(Some)
    }

    /// Writes a setting for the firmware. The key has 1 to [`MAX_KEY`] bytes, the value up to
    /// [`MAX_VALUE`].
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if the key is empty, or the key or the value is too long. [`Error::Full`]
    /// or [`Error::TooManyRecords`] if the store has no room; the old value then remains.
    /// [`Error::Corrupt`] if stored data is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the old value or the new one.
    pub async fn set_setting(&mut self, key: &str, value: &[u8]) -> Result<(), Error> {
        self.put_setting(0, key, value).await
    }

    /// Writes a setting for the app named `app`, which becomes the setting's owner. The setting
    /// then counts toward the app's [share](Self::SETTINGS).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`set_setting`](Self::set_setting), and [`Error::Quota`] if the app's
    /// settings would exceed the share in number or in bytes.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the old value or the new one.
    pub async fn set_setting_of(
        &mut self,
        app: &str,
        key: &str,
        value: &[u8],
    ) -> Result<(), Error> {
        self.journal.ready().await?;
        let owner = owner(app);
        let before = self.journal.find(Kind::Setting, key.as_bytes()).await?;
        let before = before.filter(|slot| slot.tag == owner);
        let freed = before.map_or(Share::default(), |slot| Share {
            records: 1,
            bytes: self.journal.padded(&slot.header()),
        });
        let needed = Share {
            records: 1,
            bytes: self.journal.record_bytes((key.len() + value.len()) as u32),
        };
        let taken = self.settings_where(|tag| tag == owner).without(freed);
        // An app can always replace its own setting by one that is not larger.
        if needed.fits(freed) || taken.and(needed).fits(Self::SETTINGS) {
            return self.put_setting(owner, key, value).await;
        }
        let free = Self::SETTINGS.without(taken);
        Err(Error::Quota {
            needed: needed.bytes,
            free: if free.records == 0 { 0 } else { free.bytes },
        })
    }

    async fn put_setting(&mut self, owner: u32, key: &str, value: &[u8]) -> Result<(), Error> {
        let key = key.as_bytes();
        if !(1..=MAX_KEY).contains(&key.len()) || value.len() > MAX_VALUE {
            return Err(Error::Invalid);
        }
        self.journal.ready().await?;
        self.journal
            .draft(key.len(), value.len())?
            .copy_from_slice(value);
        self.journal
            .put(Kind::Setting, key, owner, value.len())
            .await
    }

    /// Removes a setting. Returns whether the setting existed.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] if stored data is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the setting unchanged or removed.
    pub async fn remove_setting(&mut self, key: &str) -> Result<bool, Error> {
        self.journal.ready().await?;
        let key = key.as_bytes();
        if self.journal.find(Kind::Setting, key).await?.is_none() {
            return Ok(false);
        }
        self.journal.remove(Kind::Setting, key).await?;
        Ok(true)
    }
}
