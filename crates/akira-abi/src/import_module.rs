mod foreign;

pub use foreign::{FOREIGN_IMPORTS, ForeignImport};

use core::fmt;

/// The module that a native call is imported from.
///
/// It is no larger than an address, since firmware carries one for each row.
///
/// ```
/// use akira_abi::ImportModule;
///
/// const ACME: ImportModule = ImportModule::new(&"acme");
/// assert_eq!(ACME.name(), "acme");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ImportModule(&'static &'static str);

impl ImportModule {
    /// `env`, the module of nearly all calls.
    pub const ENV: Self = Self(&"env");
    /// `akira_log`.
    pub const AKIRA_LOG: Self = Self(&"akira_log");
    /// `akira_time`.
    pub const AKIRA_TIME: Self = Self(&"akira_time");
    /// `wasi_snapshot_preview1`.
    pub const WASI: Self = Self(&"wasi_snapshot_preview1");

    /// Makes a module of this name, for a vendor's own calls.
    pub const fn new(name: &'static &'static str) -> Self {
        Self(name)
    }

    /// Returns the module name that imports use.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for ImportModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
