use alloc::boxed::Box;
use core::error::Error;

/// Error of a refused request, with a kind that determines how the link answers.
///
/// The error's [`Display`](core::fmt::Display) is text for users; its [`kind`](Self::kind) becomes
/// an HTTP status or an SMP code.
pub trait Refusal: Error {
    /// Returns the reason for the refusal as one of a few kinds.
    fn kind(&self) -> RefusalKind;
}

/// Boxed [`Refusal`] of any type, for object-safe interfaces such as [`Apps`](crate::Apps).
pub type Refused = Box<dyn Refusal>;

impl<R: Refusal + 'static> From<R> for Refused {
    fn from(refusal: R) -> Self {
        Box::new(refusal)
    }
}

/// Kind of a [`Refusal`], from which a link derives its status code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalKind {
    /// No app or other object of the requested name exists.
    NotFound,
    /// The current state of the device does not allow the request: change the state first.
    Conflict,
    /// The device lacks room: send less data, or remove an app or a file first.
    NoRoom,
    /// The data is malformed, or differs from its announcement.
    Invalid,
    /// The data is well-formed, but the device's owner does not allow it.
    Forbidden,
    /// The device failed, for example its flash.
    Failed,
}
