use core::fmt;

/// An error number. A native call that fails returns it to the app as a negative number.
///
/// The numbers are the same on every board, regardless of its C library. They are those of Linux,
/// and those of the AkiraOS SDK where it defines a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Errno {
    /// The app lacks the capability or the scope for the call.
    EPERM = 1,
    /// The file, key, app or topic does not exist.
    ENOENT = 2,
    /// The device or the flash failed.
    EIO = 5,
    /// The argument list is too long.
    E2BIG = 7,
    /// The handle is not open, or belongs to another kind of resource.
    EBADF = 9,
    /// No data is available now. Try again later.
    EAGAIN = 11,
    /// The memory or the app's quota is used up.
    ENOMEM = 12,
    /// The access is not allowed, for example to a path outside the app's folder.
    EACCES = 13,
    /// A pointer and its length exceed the app's linear memory.
    EFAULT = 14,
    /// The resource is in use by another app.
    EBUSY = 16,
    /// The file, folder or app exists already.
    EEXIST = 17,
    /// The board does not have this device.
    ENODEV = 19,
    /// An argument is out of its range.
    EINVAL = 22,
    /// The app has its maximum number of open handles.
    EMFILE = 24,
    /// The storage is full, or the app's quota of it is used up.
    ENOSPC = 28,
    /// This board does not implement the call.
    ENOSYS = 38,
    /// No data exists.
    ENODATA = 61,
    /// The peer violated the protocol.
    EPROTO = 71,
    /// The message is too long.
    EMSGSIZE = 90,
    /// The operation is deliberately not offered.
    ENOTSUP = 95,
    /// The link is not connected.
    ENOTCONN = 107,
    /// The operation timed out.
    ETIMEDOUT = 110,
    /// The operation is already in progress.
    EALREADY = 114,
    /// The app's budget for flash writes is used up for now.
    EDQUOT = 122,
}

impl Errno {
    /// Returns the negative number that the app receives.
    pub const fn code(self) -> i32 {
        -(self as i32)
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?} ({})", self.code())
    }
}

impl core::error::Error for Errno {}
