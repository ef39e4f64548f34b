use super::{Error, SharedStore, errno};
use crate::abi::Errno;
use crate::settings::KeyValue;
use embedded_storage_async::nor_flash::NorFlash;

/// Access to the settings in a [`SharedStore`], for the `settings` bridge. Each call locks the
/// store for one operation.
#[derive(Clone, Debug)]
pub struct StoreSettings<F, const RECORDS: usize>(pub(super) SharedStore<F, RECORDS>);

impl<F: NorFlash, const RECORDS: usize> KeyValue for StoreSettings<F, RECORDS> {
    async fn get(&mut self, key: &str, value: &mut [u8]) -> Result<Option<usize>, Errno> {
        match self.0.lock().await.setting(key, value).await {
            Err(Error::Invalid) => Err(Errno::EMSGSIZE),
            other => other.map_err(errno),
        }
    }

    async fn set(&mut self, key: &str, value: &[u8]) -> Result<(), Errno> {
        let mut store = self.0.to_write().await?;
        store.set_setting(key, value).await.map_err(errno)
    }

    async fn set_for(&mut self, app: &str, key: &str, value: &[u8]) -> Result<(), Errno> {
        let mut store = self.0.to_write().await?;
        let set = store.set_setting_of(app, key, value).await;
        set.map_err(errno)
    }

    async fn remove(&mut self, key: &str) -> Result<bool, Errno> {
        let mut store = self.0.to_remove().await;
        store.remove_setting(key).await.map_err(errno)
    }
}
