use core::fmt;

/// An error number for apps: a native call that fails returns it negated.
///
/// The numbers are the same on every board, regardless of its C library. They are those of Linux, and of the AkiraOS
/// SDK where that defines one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Errno {
    /// The app lacks the capability or the scope.
    EPERM = 1,
    /// No such file, key, app or topic.
    ENOENT = 2,
    /// The device failed.
    EIO = 5,
    /// The argument list is too long.
    E2BIG = 7,
    /// No such handle, or it belongs to another resource.
    EBADF = 9,
    /// No data available now; try again.
    EAGAIN = 11,
    /// Out of memory, or over the app's quota.
    ENOMEM = 12,
    /// Refused by policy.
    EACCES = 13,
    /// A pointer and its length exceed the app's memory.
    EFAULT = 14,
    /// Another user holds the resource.
    EBUSY = 16,
    /// It exists already.
    EEXIST = 17,
    /// No such device on this board.
    ENODEV = 19,
    /// An argument is out of its range.
    EINVAL = 22,
    /// Too many open handles.
    EMFILE = 24,
    /// The storage, or the app's share of it, is full.
    ENOSPC = 28,
    /// This board does not implement the call.
    ENOSYS = 38,
    /// No data.
    ENODATA = 61,
    /// The peer broke the protocol.
    EPROTO = 71,
    /// The message is too long.
    EMSGSIZE = 90,
    /// Deliberately not offered.
    ENOTSUP = 95,
    /// Not connected.
    ENOTCONN = 107,
    /// The operation timed out.
    ETIMEDOUT = 110,
    /// The operation is already in progress.
    EALREADY = 114,
    /// The app's budget of flash writes is used up for now.
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
