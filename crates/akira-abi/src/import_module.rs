mod foreign;

pub use foreign::{FOREIGN_IMPORTS, ForeignImport};

use core::fmt;

/// Module that apps import a native call from, such as `env`.
///
/// It is no larger than an address, since firmware contains one for each row.
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
    /// The module `env`, which contains nearly all calls.
    pub const ENV: Self = Self(&"env");
    /// The module `akira_log`.
    pub const AKIRA_LOG: Self = Self(&"akira_log");
    /// The module `akira_time`.
    pub const AKIRA_TIME: Self = Self(&"akira_time");
    /// The module `wasi_snapshot_preview1`.
    pub const WASI: Self = Self(&"wasi_snapshot_preview1");

    /// Creates a module with this name, for a vendor's own calls.
    pub const fn new(name: &'static &'static str) -> Self {
        Self(name)
    }

    /// Returns the name of the module.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for ImportModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
