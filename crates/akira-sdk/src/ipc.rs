//! Messages between apps, by topic.

use core::ffi::CStr;
use core::time::Duration;

use akira_abi::Errno;

use crate::calls;
use crate::errno::{check, done, length};

/// Maximum length of a message, in bytes.
pub const MAX_MESSAGE: usize = 256;

/// Subscription to a topic. It ends on drop.
#[derive(Debug)]
pub struct Subscription<'a> {
    topic: &'a CStr,
}

impl<'a> Subscription<'a> {
    /// Subscribes to `topic`.
    ///
    /// # Errors
    ///
    /// [`Errno::ENOMEM`] if the app has too many subscriptions, [`Errno::EPERM`] without `ipc`.
    pub fn new(topic: &'a CStr) -> Result<Self, Errno> {
        done(calls::msg_subscribe(topic))?;
        Ok(Self { topic })
    }

    /// Moves the oldest message into `buffer` and returns its length. Waits for a message for at
    /// most `timeout`.
    ///
    /// # Errors
    ///
    /// [`Errno::EAGAIN`] if no message arrived in time.
    pub fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, Errno> {
        let millis = i32::try_from(timeout.as_millis()).unwrap_or(i32::MAX);
        length(calls::msg_recv(self.topic, buffer, millis))
    }

    /// Moves the oldest message into `buffer` and returns its length. Does not wait.
    ///
    /// # Errors
    ///
    /// [`Errno::EAGAIN`] if no message is queued.
    pub fn try_receive(&mut self, buffer: &mut [u8]) -> Result<usize, Errno> {
        length(calls::msg_try_recv(self.topic, buffer))
    }

    /// Returns the number of queued messages.
    ///
    /// # Errors
    ///
    /// [`Errno::EPERM`] if the capability was revoked.
    pub fn pending(&self) -> Result<u32, Errno> {
        check(calls::msg_pending(self.topic))
    }
}

impl Drop for Subscription<'_> {
    fn drop(&mut self) {
        calls::msg_unsubscribe(self.topic);
    }
}

/// Sends 1 to [`MAX_MESSAGE`] bytes to all subscribers of `topic`. Returns the number of
/// subscribers that received the message.
///
/// # Errors
///
/// [`Errno::EMSGSIZE`] for a longer message, [`Errno::EINVAL`] for an empty one, [`Errno::EPERM`]
/// without `ipc`.
pub fn publish(topic: &CStr, message: &[u8]) -> Result<u32, Errno> {
    check(calls::msg_publish(topic, message))
}
