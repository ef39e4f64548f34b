use alloc::boxed::Box;
use core::error::Error;

/// Why a device does not do what it is asked: an error that says what a link has to answer with.
///
/// Its [`Display`](core::fmt::Display) is for people; its [`kind`](Self::kind) becomes an HTTP status or an SMP code.
pub trait Refusal: Error {
    /// Returns of which kind it is.
    fn kind(&self) -> RefusalKind;
}

/// A [`Refusal`] of whatever type it is.
pub type Refused = Box<dyn Refusal>;

impl<R: Refusal + 'static> From<R> for Refused {
    fn from(refusal: R) -> Self {
        Box::new(refusal)
    }
}

/// The kinds of [`Refusal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalKind {
    /// There is nothing of that name.
    NotFound,
    /// The device's present state is against it: another state first.
    Conflict,
    /// There is no room for it: less of it, or remove something first.
    NoRoom,
    /// It is not well-formed, or not what it was announced as.
    Invalid,
    /// It is well-formed, and the device's owner does not allow it.
    Forbidden,
    /// The device itself failed.
    Failed,
}
