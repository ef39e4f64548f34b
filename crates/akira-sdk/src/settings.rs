//! Settings of the app: strings that survive a restart.

use core::ffi::CStr;

use akira_abi::Errno;

use crate::calls;
use crate::errno::done;

/// Reads the value of `key` into `buffer`, which must also have room for the NUL.
///
/// # Errors
///
/// [`Errno::ENOENT`] if the key does not exist, [`Errno::EACCES`] if it begins with `system/`,
/// [`Errno::EPERM`] without `settings.*`.
pub fn get<'a>(key: &CStr, buffer: &'a mut [u8]) -> Result<&'a CStr, Errno> {
    done(calls::settings_get(key, buffer))?;
    CStr::from_bytes_until_nul(buffer).map_err(|_| Errno::EIO)
}

/// Stores `value` under `key`.
///
/// # Errors
///
/// [`Errno::ENOSPC`] if the app's share of the store is full, and the errors of [`get`] except
/// [`Errno::ENOENT`].
pub fn set(key: &CStr, value: &CStr) -> Result<(), Errno> {
    done(calls::settings_set(key, value))
}

/// Deletes `key`.
///
/// # Errors
///
/// The same as for [`get`].
pub fn delete(key: &CStr) -> Result<(), Errno> {
    done(calls::settings_delete(key))
}
