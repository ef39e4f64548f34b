#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod c_header;
mod reference;
mod rust_calls;
mod rust_raw;
mod text;

pub use akira_abi as abi;
pub use c_header::CHeader;

use akira_abi::CallTable;
use akira_abi::caps::VendorCapability;

/// Generator of files from tables of native calls.
#[derive(Clone, Debug)]
pub struct Codegen {
    tables: &'static [CallTable],
    vendors: &'static [VendorCapability],
    left_out: Vec<&'static str>,
    notice: String,
}

impl Codegen {
    /// Creates a generator for these tables. `notice` is the first line of each file; it names the
    /// generator and the source to edit.
    pub fn new(tables: &'static [CallTable], notice: impl Into<String>) -> Self {
        Self {
            tables,
            vendors: &[],
            left_out: Vec::new(),
            notice: notice.into(),
        }
    }

    /// Adds a vendor's capabilities, so that the documentation can name them.
    pub fn with_vendors(mut self, vendors: &'static [VendorCapability]) -> Self {
        self.vendors = vendors;
        self
    }

    /// Omits the native modules with these names.
    pub fn without(mut self, modules: &[&'static str]) -> Self {
        self.left_out.extend(modules);
        self
    }

    fn tables(&self) -> impl Iterator<Item = &'static CallTable> {
        let tables = self.tables.iter();
        tables.filter(|table| !self.left_out.contains(&table.name))
    }
}
