use std::fmt;

use akira::manage::RefusalKind;

/// Why the device did not do as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The kind of reason.
    pub cause: RefusalCause,
    /// What was wrong, where, and what fixes it.
    pub message: String,
}

/// The kinds of reasons for a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalCause {
    /// No such app.
    NotFound,
    /// The app is in a state that does not allow it.
    Conflict,
    /// The image, its manifest or an argument is not acceptable.
    Invalid,
    /// No room is left for it.
    Full,
    /// The device failed.
    Failed,
    /// The device has been shut down or does not answer.
    Gone,
}

impl Refusal {
    /// Makes a refusal.
    pub fn new(cause: RefusalCause, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { cause, message }
    }

    /// Tells of a refusal of the device's.
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

    /// The device takes too long.
    pub(crate) fn hung() -> Self {
        Self::new(
            RefusalCause::Gone,
            "the device did not answer within 10 s: restart the simulator",
        )
    }

    /// The device's end of the link is gone.
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
