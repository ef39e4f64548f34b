use embedded_storage_async::nor_flash::NorFlash;

use crate::journal::{Kind, owner};
use crate::{Error, Share, Store};

/// The longest key of a setting, in bytes.
pub const MAX_KEY: usize = 63;

/// The longest value of a setting, in bytes.
pub const MAX_VALUE: usize = 255;

impl<F: NorFlash, const RECORDS: usize> Store<F, RECORDS> {
    /// Copies the value of a setting to the start of `value`, and returns its length, or `None` if the setting does
    /// not exist.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if `value` is too short, [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
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

    /// Sets a setting: a key of 1-63 bytes, a value of at most 255.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if one is longer, or the key empty; [`Error::Full`] or [`Error::TooManyRecords`], after which
    /// the old value remains; [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the old value or the new one.
    pub async fn set_setting(&mut self, key: &str, value: &[u8]) -> Result<(), Error> {
        self.put_setting(0, key, value).await
    }

    /// Sets a setting for an app, which becomes its owner: the setting counts toward the app's [share](Self::SETTINGS).
    ///
    /// # Errors
    ///
    /// Those of [`set_setting`](Self::set_setting); [`Error::Quota`] if the app's settings would exceed the share
    /// in number or in bytes.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the old value or the new one.
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
        // An app's own setting can always be replaced by one that is not larger.
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

    /// Removes a setting, and returns whether there was one.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the old value or none.
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
