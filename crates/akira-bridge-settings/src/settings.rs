use akira_abi::Errno;
use akira_abi::caps::is_firmware_setting;
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::Mutex;

use crate::KeyValue;

/// Maximum length of a key, in bytes.
pub const MAX_KEY: usize = 63;
/// Maximum length of a value, in bytes, without its terminating NUL.
pub const MAX_VALUE: usize = 255;

/// Bridge for the native module `settings`: the settings of a device, shared by the apps that may
/// use them.
///
/// All apps share one space of keys, as on AkiraOS: `settings.*` is a privileged capability, and
/// each app reads the settings of the others. Keys below `system/` and `akira/` are the
/// [firmware's](is_firmware_setting); apps can use them only with the capability `system`.
#[derive(Debug)]
pub struct Settings<K> {
    store: Mutex<NoopRawMutex, K>,
}

impl<K: KeyValue> Settings<K> {
    /// Creates the bridge on the key-value store `store`.
    pub const fn new(store: K) -> Self {
        Self {
            store: Mutex::new(store),
        }
    }

    /// Copies the value of `key` and a NUL to the start of `buf`. Returns the value's length in
    /// bytes, without the NUL.
    ///
    /// `system` states whether the app has the capability `system`. On every error `buf` begins
    /// with a NUL.
    ///
    /// # Errors
    ///
    /// `EINVAL` for a key that is empty, longer than 63 bytes or not printable ASCII, and for an
    /// empty `buf`; `EACCES` for a firmware key if `system` is `false`; `ENOENT` if the key has no
    /// value; `EMSGSIZE` if value and NUL do not fit into `buf`; `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes no setting.
    pub async fn get(&self, system: bool, key: &[u8], buf: &mut [u8]) -> Result<usize, Errno> {
        let result = self.copy(system, key, buf).await;
        if let Some(end) = buf.get_mut(result.unwrap_or(0)) {
            *end = 0;
        }
        result
    }

    /// Sets the value of `key` to `value`, which may contain any bytes except NUL.
    ///
    /// `system` states whether the app has the capability `system`.
    ///
    /// # Errors
    ///
    /// `EINVAL` for an invalid key as in [`get`](Self::get) or a value with a NUL; `EMSGSIZE` for a
    /// value above 255 bytes; `EACCES` for a firmware key if `system` is `false`; `ENOSPC` if the
    /// store is full; `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the old or the new value.
    pub async fn set(&self, system: bool, key: &[u8], value: &[u8]) -> Result<(), Errno> {
        let key = check(system, key, value)?;
        self.store.lock().await.set(key, value).await
    }

    /// Sets the value of `key` for the app named `app`. From then on the setting counts towards
    /// that app's share of the store.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`set`](Self::set), and `ENOSPC` if the app has used up its share.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the old or the new value.
    pub async fn set_for(
        &self,
        app: &str,
        system: bool,
        key: &[u8],
        value: &[u8],
    ) -> Result<(), Errno> {
        let key = check(system, key, value)?;
        self.store.lock().await.set_for(app, key, value).await
    }

    /// Removes `key` and its value.
    ///
    /// `system` states whether the app has the capability `system`.
    ///
    /// # Errors
    ///
    /// `EINVAL` for an invalid key as in [`get`](Self::get); `EACCES` for a firmware key if
    /// `system` is `false`; `ENOENT` if the key has no value; `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the old value or none.
    pub async fn delete(&self, system: bool, key: &[u8]) -> Result<(), Errno> {
        let key = check_key(system, key)?;
        match self.store.lock().await.remove(key).await? {
            true => Ok(()),
            false => Err(Errno::ENOENT),
        }
    }

    /// Consumes the bridge and returns the key-value store.
    pub fn into_inner(self) -> K {
        self.store.into_inner()
    }

    async fn copy(&self, system: bool, key: &[u8], buf: &mut [u8]) -> Result<usize, Errno> {
        let key = check_key(system, key)?;
        let (_nul, room) = buf.split_last_mut().ok_or(Errno::EINVAL)?;
        let length = self.store.lock().await.get(key, room).await?;
        length.ok_or(Errno::ENOENT)
    }
}

fn check<'k>(system: bool, key: &'k [u8], value: &[u8]) -> Result<&'k str, Errno> {
    let key = check_key(system, key)?;
    if value.len() > MAX_VALUE {
        return Err(Errno::EMSGSIZE);
    }
    if value.contains(&0) {
        return Err(Errno::EINVAL);
    }
    Ok(key)
}

fn check_key(system: bool, key: &[u8]) -> Result<&str, Errno> {
    let printable = key.iter().all(|b| matches!(b, b' '..=b'~'));
    if key.is_empty() || key.len() > MAX_KEY || !printable {
        return Err(Errno::EINVAL);
    }
    let key = str::from_utf8(key).map_err(|_| Errno::EINVAL)?;
    if is_firmware_setting(key) && !system {
        return Err(Errno::EACCES);
    }
    Ok(key)
}
