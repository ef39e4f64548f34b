use std::fmt;

use akira::manage::RefusalKind;

/// Error of a command that the device did not execute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The kind of reason.
    pub cause: RefusalCause,
    /// The reason, its place, and a way to fix it.
    pub message: String,
}

/// The kinds of reasons for a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalCause {
    /// The app does not exist.
    NotFound,
    /// The app's state does not allow the command.
    Conflict,
    /// The image, its manifest or an argument is invalid.
    Invalid,
    /// Not enough space is left.
    Full,
    /// The device failed.
    Failed,
    /// The device has been shut down or does not answer.
    Gone,
}

impl Refusal {
    /// Creates a refusal.
    pub fn new(cause: RefusalCause, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { cause, message }
    }

    /// Converts an error of the app manager.
    pub(crate) fn of(refusal: &dyn akira::manage::Refusal) -> Self {
        let cause = match refusal.kind() {
            RefusalKind::NotFound => RefusalCause::NotFound,
            RefusalKind::Conflict => RefusalCause::Conflict,
            RefusalKind::NoRoom => RefusalCause::Full,
            RefusalKind::Failed => RefusalCause::Failed,
            _ => RefusalCause::Invalid,
        };
        Self::new(cause, refusal.to_string())
    }

    /// Returns the refusal for a device that does not answer in time.
    pub(crate) fn hung() -> Self {
        Self::new(
            RefusalCause::Gone,
            "the device did not answer within 10 s: restart the simulator",
        )
    }

    /// Returns the refusal for a link whose device end has been dropped.
    pub(super) fn shut_down() -> Self {
        Self::new(
            RefusalCause::Gone,
            "the device has been shut down: start the simulator again",
        )
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}
