use core::fmt;

/// Identifier of one run of an app.
///
/// The runtime gives each start of an app a new id, so a bridge never mistakes the state of an
/// earlier run for that of the current one. Ids are never zero, and are not reused before 2^32
/// starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppId(u32);

impl AppId {
    /// Creates the id with this number.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// Returns the number of the id.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}
