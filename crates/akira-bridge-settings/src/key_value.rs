use akira_abi::Errno;

/// Stores values under keys, persistently.
///
/// Keys have 1-63 printable ASCII characters, values at most 255 bytes;
/// [`Settings`](crate::Settings) enforces both limits.
///
/// **Power cuts:** if a power cut interrupts a call, its key afterwards has the old or the new
/// value (or no value, if that is the old or the new state), and no other key has changed. The
/// effect of a call that has returned survives every later power cut.
#[expect(
    async_fn_in_trait,
    reason = "`Send` is never required: a device runs on one executor"
)]
pub trait KeyValue {
    /// Copies the value of `key` to the start of `value`. Returns the value's length in bytes, or
    /// `None` if the key has no value.
    ///
    /// # Errors
    ///
    /// `EMSGSIZE` if `value` is too short, `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    async fn get(&mut self, key: &str, value: &mut [u8]) -> Result<Option<usize>, Errno>;

    /// Sets the value of `key` to `value`.
    ///
    /// # Errors
    ///
    /// `ENOSPC` if the store is full, in which case the old value remains; `EIO` if the storage
    /// fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has the effect of a power cut: the key has the old or the new value.
    async fn set(&mut self, key: &str, value: &[u8]) -> Result<(), Errno>;

    /// Sets the value of `key` and counts the setting towards the share of the store that `app` may
    /// use. A store without shares per app just calls [set](Self::set), as the default does.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`set`](Self::set), and `ENOSPC` if the app has used up its share.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has the effect of a power cut: the key has the old or the new value.
    async fn set_for(&mut self, app: &str, key: &str, value: &[u8]) -> Result<(), Errno> {
        let _ = app;
        self.set(key, value).await
    }

    /// Removes `key`. Returns whether the key had a value.
    ///
    /// # Errors
    ///
    /// `EIO` if the storage fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has the effect of a power cut: the key has the old value or none.
    async fn remove(&mut self, key: &str) -> Result<bool, Errno>;
}

impl<T: KeyValue + ?Sized> KeyValue for &mut T {
    async fn get(&mut self, key: &str, value: &mut [u8]) -> Result<Option<usize>, Errno> {
        (**self).get(key, value).await
    }

    async fn set(&mut self, key: &str, value: &[u8]) -> Result<(), Errno> {
        (**self).set(key, value).await
    }

    async fn set_for(&mut self, app: &str, key: &str, value: &[u8]) -> Result<(), Errno> {
        (**self).set_for(app, key, value).await
    }

    async fn remove(&mut self, key: &str) -> Result<bool, Errno> {
        (**self).remove(key).await
    }
}
