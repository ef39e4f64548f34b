use akira_abi::Errno;

/// Converts the result of a native call to a number or an error.
///
/// # Errors
///
/// The errno that a negative result encodes; [`Errno::EIO`] if the ABI does not define it.
///
/// ```
/// use akira_sdk::{Errno, check};
///
/// assert_eq!(check(3), Ok(3));
/// assert_eq!(check(-1), Err(Errno::EPERM));
/// ```
pub fn check(result: i32) -> Result<u32, Errno> {
    u32::try_from(result).map_err(|_| errno(result))
}

/// Converts the result of a call that returns no number.
pub(crate) fn done(result: i32) -> Result<(), Errno> {
    check(result).map(drop)
}

/// Converts the result of a call that returns a length.
pub(crate) fn length(result: i32) -> Result<usize, Errno> {
    usize::try_from(result).map_err(|_| errno(result))
}

fn errno(code: i32) -> Errno {
    let known = KNOWN.iter().find(|errno| errno.code() == code);
    known.copied().unwrap_or(Errno::EIO)
}

const KNOWN: &[Errno] = &[
    Errno::EPERM,
    Errno::ENOENT,
    Errno::EIO,
    Errno::E2BIG,
    Errno::EBADF,
    Errno::EAGAIN,
    Errno::ENOMEM,
    Errno::EACCES,
    Errno::EFAULT,
    Errno::EBUSY,
    Errno::EEXIST,
    Errno::ENODEV,
    Errno::EINVAL,
    Errno::EMFILE,
    Errno::ENOSPC,
    Errno::ENOSYS,
    Errno::ENODATA,
    Errno::EPROTO,
    Errno::EMSGSIZE,
    Errno::ENOTSUP,
    Errno::ENOTCONN,
    Errno::ETIMEDOUT,
    Errno::EALREADY,
    Errno::EDQUOT,
];
