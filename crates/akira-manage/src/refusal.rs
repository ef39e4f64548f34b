use alloc::boxed::Box;
use core::error::Error;

/// Error of a refused request, with a kind that determines the answer of the link.
///
/// Its [`Display`](core::fmt::Display) is for people; its [`kind`](Self::kind) becomes an HTTP status or an SMP code.
pub trait Refusal: Error {
    /// Returns the kind of the refusal.
    fn kind(&self) -> RefusalKind;
}

/// Boxed [`Refusal`] of any type.
pub type Refused = Box<dyn Refusal>;

impl<R: Refusal + 'static> From<R> for Refused {
    fn from(refusal: R) -> Self {
        Box::new(refusal)
    }
}

/// Kind of a [`Refusal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalKind {
    /// Nothing of that name exists.
    NotFound,
    /// The device's current state does not allow the request: change the state first.
    Conflict,
    /// The device lacks room: send less, or remove something first.
    NoRoom,
    /// The data is malformed, or differs from the announcement.
    Invalid,
    /// The data is well-formed, but the device's owner does not allow it.
    Forbidden,
    /// The device itself failed.
    Failed,
}
