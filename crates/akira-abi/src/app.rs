use core::fmt;

/// Identifier of one run of one app.
///
/// The runtime gives every start of an app a new id, so a bridge never mistakes the state of an earlier run for that of
/// the present one. Ids are small, never zero, and are not reused before 2^32 starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppId(u32);

impl AppId {
    /// Makes the id with this number.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// Returns the number.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}
