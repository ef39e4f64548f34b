//! The app's settings: strings that survive a restart.

use core::ffi::CStr;

use akira_abi::Errno;

use crate::calls;
use crate::errno::done;

/// Reads the value of `key` into `buffer`, which needs room for its NUL.
///
/// # Errors
///
/// [`Errno::ENOENT`] if the key does not exist, [`Errno::EACCES`] under `system/`, [`Errno::EPERM`] without
/// `settings.*`.
pub fn get<'a>(key: &CStr, buffer: &'a mut [u8]) -> Result<&'a CStr, Errno> {
    done(calls::settings_get(key, buffer))?;
    CStr::from_bytes_until_nul(buffer).map_err(|_| Errno::EIO)
}

/// Stores `value` under `key`.
///
/// # Errors
///
/// [`Errno::ENOSPC`] if the app's share of the store is full, else as [`get`].
pub fn set(key: &CStr, value: &CStr) -> Result<(), Errno> {
    done(calls::settings_set(key, value))
}

/// Deletes `key`.
///
/// # Errors
///
/// As [`get`].
pub fn delete(key: &CStr) -> Result<(), Errno> {
    done(calls::settings_delete(key))
}
