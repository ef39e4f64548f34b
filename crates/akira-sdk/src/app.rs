//! Control of this app and of other apps.

use core::ffi::CStr;

use akira_abi::Errno;

use crate::calls;
use crate::errno::{check, done};

/// State of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// Not installed.
    New,
    /// Installed, not started yet.
    Installed,
    /// Running.
    Running,
    /// Ended: `main` returned, or the app was stopped.
    Stopped,
    /// Crashed.
    Error,
    /// Crashed too often; the runtime does not start it again.
    Failed,
}

/// Returns the state of an app.
///
/// # Errors
///
/// [`Errno::EPERM`] if neither `app.info` nor `app.control` is granted.
pub fn state(name: &CStr) -> Result<State, Errno> {
    Ok(match check(calls::app_get_status(name))? {
        1 => State::Installed,
        2 => State::Running,
        3 => State::Stopped,
        4 => State::Error,
        5 => State::Failed,
        _ => State::New,
    })
}

/// Writes a line `name:STATE` for each app into `buffer`.
///
/// # Errors
///
/// The same as for [`state`].
pub fn list(buffer: &mut [u8]) -> Result<&CStr, Errno> {
    check(calls::app_list(buffer))?;
    CStr::from_bytes_until_nul(buffer).map_err(|_| Errno::EIO)
}

/// Returns the app's own name.
///
/// # Errors
///
/// The same as for [`state`].
pub fn own_name(buffer: &mut [u8]) -> Result<&CStr, Errno> {
    check(calls::app_get_self_name(buffer))?;
    CStr::from_bytes_until_nul(buffer).map_err(|_| Errno::EIO)
}

/// Requests the start of an app.
///
/// # Errors
///
/// [`Errno::ENOENT`] if the app is not installed, [`Errno::EBUSY`] if it already runs or too many
/// apps run, [`Errno::EPERM`] without `app.control`.
pub fn start(name: &CStr) -> Result<(), Errno> {
    done(calls::app_start(name))
}

/// Requests the stop of an app.
///
/// # Errors
///
/// [`Errno::ENOENT`] if the app is not installed, [`Errno::EINVAL`] if it is the calling app,
/// [`Errno::EPERM`] without `app.control`.
pub fn stop(name: &CStr) -> Result<(), Errno> {
    done(calls::app_stop(name))
}

/// Gives the foreground to another app, which starts 200 ms later. Return from `main` after this
/// call.
///
/// # Errors
///
/// [`Errno::ENOENT`] if the app is not installed, [`Errno::EINVAL`] if it is the calling app,
/// [`Errno::EPERM`] without `app.switch`.
pub fn switch(name: &CStr) -> Result<(), Errno> {
    done(calls::app_switch(name))
}
