//! A module in the form that spacewasm reads: section by section, without the unsupported ones.
//!
//! Custom sections are left out, since spacewasm rejects long names of them. Imports get the names
//! `0`, `1`, `2`..., so that their own names can have any length and two imports can share a name
//! with different types. For validation only, a module has no data and an empty memory, which takes
//! no RAM; [`super::check`] checks its data.

#![expect(
    unsafe_code,
    reason = "spacewasm takes bytes by pointer, with their owner's word that they stay"
)]

use crate::module::{Module, ModuleError, Purpose, id};
use ::spacewasm::{InnerVec, WasmStream};
use alloc::borrow::Cow;
use alloc::vec::{self, Vec};
use core::fmt::{self, Write};

/// The name by which spacewasm finds an import.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ImportName {
    digits: [u8; 4],
    length: usize,
}

impl ImportName {
    /// Returns the name of the import with this index; a module has at most 1024.
    pub(super) fn of(index: usize) -> Self {
        let mut name = Self::default();
        // Cannot fail: an index has at most four digits.
        let _ = write!(name, "{index}");
        name
    }
}

impl AsRef<str> for ImportName {
    fn as_ref(&self) -> &str {
        let digits = self.digits.get(..self.length);
        core::str::from_utf8(digits.unwrap_or(&[])).unwrap_or("")
    }
}

impl Write for ImportName {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        let digits = self.digits.get_mut(self.length..end).ok_or(fmt::Error)?;
        digits.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

/// A module split into parts.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    left: vec::IntoIter<Cow<'a, [u8]>>,
    /// The part that spacewasm currently reads.
    lent: Option<Cow<'a, [u8]>>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(module: &Module<'a>, purpose: Purpose) -> Result<Self, ModuleError> {
        let header = module.bytes().get(..8).unwrap_or(&[]);
        let mut parts = Vec::from([Cow::Borrowed(header)]);
        for (section, bytes) in module.sections() {
            let emptied = match section {
                id::IMPORT => Some(module.import_section(ImportName::of)?),
                // The data count is only needed by operations that spacewasm does not support.
                id::DATA_COUNT => Some(Vec::new()),
                id::DATA if purpose == Purpose::Check => Some(Vec::new()),
                id::MEMORY if purpose == Purpose::Check => module.empty_memory_section()?,
                _ => None,
            };
            parts.push(emptied.map_or(Cow::Borrowed(bytes), Cow::Owned));
        }
        // An empty part would mark the end.
        parts.retain(|part| !part.is_empty());
        Ok(Self {
            left: parts.into_iter(),
            lent: None,
        })
    }
}

impl WasmStream for Parts<'_> {
    fn read(&mut self) -> Result<Option<InnerVec<u8>>, u8> {
        self.lent = self.left.next();
        Ok(self.lent.as_ref().map(|part| {
            // SAFETY: spacewasm only reads the lent bytes, and returns them before it asks for the
            // next part or ends; until then the part stays in `lent`. The capacity is the length,
            // so nothing is appended.
            unsafe { InnerVec::from_raw_parts(part.as_ptr().cast_mut(), part.len(), part.len()) }
        }))
    }

    fn return_(&mut self, _: InnerVec<u8>) {
        self.lent = None;
    }
}
