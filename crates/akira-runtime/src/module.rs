//! Reads the declarations of a module, without running or validating its code.
//!
//! Admission needs the imports, the exports, the memory and the manifest before an engine reads the
//! bytes. Therefore, this module walks the section headers of the binary format (WebAssembly core
//! specification 1.0, chapter 5.5). Every count is bounded by the number of remaining bytes, so a
//! hostile module costs at most one pass over its bytes.

#[cfg(feature = "wasmi")]
mod arity;
#[cfg(feature = "wasmi")]
mod code;
#[cfg(feature = "wasmi")]
mod constants;
mod entry;
mod function_types;
mod limits;
mod memory;
mod reader;
#[cfg(feature = "spacewasm")]
mod rewrite;
mod sanitise;
#[cfg(feature = "wasmi")]
mod selects;
mod sizes;
mod types;

#[cfg(feature = "wasmi")]
pub(crate) use code::{Code, Work};
#[cfg(feature = "wasmi")]
pub(crate) use constants::Constants;
pub(crate) use entry::calls;
pub use memory::MemoryLimits;
#[cfg(feature = "spacewasm")]
pub(crate) use rewrite::DataError;
pub use sanitise::{Purpose, START_EXPORT, Sanitised, sanitise};
pub use sizes::Sizes;
pub(crate) use types::names_of_import;
pub use types::{ExportKind, Exports, Import, ImportKind, Imports, Signature};

#[cfg(feature = "wasmi")]
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;
use reader::Reader;

/// Section ids of the binary format.
pub(crate) mod id {
    pub(super) const CUSTOM: u8 = 0;
    pub(super) const TYPE: u8 = 1;
    pub(crate) const IMPORT: u8 = 2;
    pub(super) const FUNCTION: u8 = 3;
    pub(super) const TABLE: u8 = 4;
    pub(crate) const MEMORY: u8 = 5;
    pub(super) const GLOBAL: u8 = 6;
    pub(super) const EXPORT: u8 = 7;
    pub(super) const START: u8 = 8;
    pub(super) const ELEMENT: u8 = 9;
    pub(super) const CODE: u8 = 10;
    pub(crate) const DATA: u8 = 11;
    #[cfg(feature = "spacewasm")]
    pub(crate) const DATA_COUNT: u8 = 12;
    pub(super) const TAG: u8 = 13;
    pub(super) const LAST: u8 = 13;
}

/// Names of the custom sections that can hold the manifest, in order of preference: the name that
/// AkiraOS's tools write, then two names from its documentation.
const MANIFEST_SECTIONS: [&str; 3] = [".akira.manifest", "akira.manifest", "akira-manifest"];

/// Exception handling, as C++ and other languages use it.
const EXCEPTIONS: ModuleError = ModuleError::Unsupported {
    what: "exceptions",
    fix: "build with -fno-exceptions",
};

/// Reason why a module is rejected before an engine reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModuleError {
    /// The bytes are no WebAssembly module: they do not begin with `\0asm`.
    NotWasm,
    /// The module is in WAMR's ahead-of-time format, which runs only on the engine and the chip
    /// that it was compiled for.
    Aot,
    /// The version of the binary format is not 1.
    Version(u32),
    /// The module ends in the middle of an item, near this offset.
    Truncated(usize),
    /// The module violates the binary format at this offset.
    Malformed(usize),
    /// The module has too many items of one kind.
    TooMany {
        /// Kind of item, in the plural.
        what: &'static str,
        /// Maximum number of items of this kind.
        most: u32,
    },
    /// The module has no code to run: no start section, and no export with the name of an entry
    /// function.
    NoEntry,
    /// A function that the runtime calls in every app has the wrong type.
    EntryType {
        /// Name of the export; `entry` stands for the entry function that the manifest names.
        export: &'static str,
    },
    /// A segment does not fit its destination, to which it is copied when the app starts.
    #[cfg(feature = "wasmi")]
    OutOfBounds {
        /// Kind of segment: data or element.
        what: &'static str,
        /// Index of the segment among those of its kind.
        index: u32,
        /// End of the segment in its destination, in bytes of memory or elements of a table.
        end: u64,
        /// Initial size of the destination, in bytes of memory or elements of a table.
        most: u64,
    },
    /// A function body is longer than this device may translate without an interruption.
    LongFunction {
        /// Index of the function among those that the module defines.
        index: u32,
        /// Size of the function body, in bytes.
        bytes: u32,
        /// Maximum size of a function body, in bytes.
        most: u32,
    },
    /// The module uses a feature that no engine of Akira supports, or that an engine executes
    /// incorrectly.
    Unsupported {
        /// Name of the feature.
        what: &'static str,
        /// Advice on how to build the app without the feature.
        fix: &'static str,
    },
}

impl fmt::Display for ModuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotWasm => f.write_str("not a WebAssembly module: it does not begin with \\0asm"),
            Self::Aot => f.write_str(
                "an ahead-of-time compiled module (\\0aot); install the .wasm it was made from",
            ),
            Self::Version(COMPONENT) => f.write_str(
                "a component; build a module: for wasm32-unknown-unknown",
            ),
            Self::Version(version) => write!(
                f,
                "binary format version {version}; only version 1 is known"
            ),
            Self::Truncated(at) => {
                write!(f, "the module is cut off at byte {at}; transfer it again")
            }
            Self::Malformed(at) => {
                write!(f, "the module is malformed at byte {at}; build it again")
            }
            Self::TooMany { what, most } => write!(f, "the module has more than {most} {what}"),
            Self::NoEntry => f.write_str(
                "the module exports no `main`, `_start` or the manifest's `entry`; add -Wl,--export=main (or =__main_argc_argv, for main(int, char **)), for zig -rdynamic",
            ),
            Self::EntryType { export } => write!(
                f,
                "the module's `{export}` has the wrong type; an entry is () or (i32, i32) with no result or an i32, an initialiser () with none"
            ),
            #[cfg(feature = "wasmi")]
            Self::OutOfBounds {
                what,
                index,
                end,
                most,
            } => write!(
                f,
                "{what} {index} of the module ends at {end}, but its memory or table starts with {most}; build it again"
            ),
            Self::LongFunction { index, bytes, most } => write!(
                f,
                "function {index} of the module has {bytes} bytes, the maximum is {most}; split it, or build with -Oz and without inlining"
            ),
            Self::Unsupported { what, fix } => {
                write!(
                    f,
                    "the module has {what}, which this device does not run; {fix}"
                )
            }
        }
    }
}

impl core::error::Error for ModuleError {}

/// Location of a section in a module.
#[derive(Clone, Copy, Debug)]
struct Section {
    id: u8,
    /// Offset of the section's id byte.
    at: usize,
    /// Offset of the first byte of its contents.
    start: usize,
    /// Offset after the last byte of its contents.
    end: usize,
}

impl Section {
    fn contents(self) -> Range<usize> {
        self.start..self.end
    }
}

/// Declarations of a WebAssembly module: its sections, read without validating or running its code.
#[derive(Clone, Debug)]
pub struct Module<'a> {
    bytes: &'a [u8],
    sections: [Option<Section>; id::LAST as usize + 1],
    manifest: Option<&'a [u8]>,
}

impl<'a> Module<'a> {
    /// Reads the section headers of a module.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if the bytes are not a module, are truncated, or have a section twice or out
    /// of order.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ModuleError> {
        check_header(bytes)?;
        let mut module = Self {
            bytes,
            sections: [None; id::LAST as usize + 1],
            manifest: None,
        };
        let mut rank = MANIFEST_SECTIONS.len();
        let mut place = 0;
        for section in Sections::new(bytes) {
            let section = section?;
            if section.id == id::CUSTOM {
                module.note_manifest(section, &mut rank)?;
                continue;
            }
            if section.id == id::TAG {
                return Err(EXCEPTIONS);
            }
            let known = module.sections.get_mut(usize::from(section.id));
            // Each section appears at most once, in order.
            let (Some(known), true) = (known, sanitise::order(section.id) > place) else {
                return Err(ModuleError::Malformed(section.at));
            };
            *known = Some(section);
            place = sanitise::order(section.id);
        }
        Ok(module)
    }

    /// Returns all bytes of the module.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Returns the text of the embedded manifest; `None` if the module has none. Of several
    /// manifest sections, returns the first one with the most preferred name.
    pub fn manifest(&self) -> Option<&'a [u8]> {
        self.manifest
    }

    /// Returns the counts and sizes of the module's parts, which determine the memory that an
    /// engine needs.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if a section is malformed.
    pub fn sizes(&self) -> Result<Sizes, ModuleError> {
        Sizes::of(self)
    }

    /// Checks that the module keeps to the limits that hold on every device, and that no function
    /// body has more than `function_bytes` bytes.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if the module exceeds a limit, or a section is malformed.
    pub fn check_limits(&self, function_bytes: u32) -> Result<(), ModuleError> {
        limits::check(self, function_bytes)
    }

    /// Walks the code of a module that is within the limits.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if an operation is malformed or not supported, or a function exceeds a
    /// limit.
    #[cfg(feature = "wasmi")]
    pub(crate) fn code(&self) -> Result<Code, ModuleError> {
        Code::of(self)
    }

    /// Walks the constant expressions of a module that is within the limits.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if an expression is malformed or too long.
    #[cfg(feature = "wasmi")]
    pub(crate) fn constants(&self) -> Result<Constants, ModuleError> {
        Constants::of(self)
    }

    /// Returns the index of the start function; `None` if the module has no start section.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if the section is malformed.
    pub fn start(&self) -> Result<Option<u32>, ModuleError> {
        self.section(id::START)
            .map(|section| self.reader(section).u32())
            .transpose()
    }

    /// Returns the limits of the first memory that the module defines; `None` if it defines no
    /// memory.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if the section is malformed.
    pub fn memory(&self) -> Result<Option<MemoryLimits>, ModuleError> {
        let Some(section) = self.section(id::MEMORY) else {
            return Ok(None);
        };
        let mut reader = self.reader(section);
        let count = reader.count()?;
        if count == 0 {
            return Ok(None);
        }
        let limits = MemoryLimits::read(&mut reader)?;
        // An engine that checks a module with a smaller memory does not see the rest of the
        // section.
        if count == 1 {
            reader.end()?;
        }
        Ok(Some(limits))
    }

    /// Returns the initial number of elements of each of the module's tables.
    #[cfg(feature = "wasmi")]
    fn tables(&self) -> Result<Vec<u64>, ModuleError> {
        let Some(section) = self.section(id::TABLE) else {
            return Ok(Vec::new());
        };
        let mut reader = self.reader(section);
        let count = reader.count()?;
        (0..count)
            .map(|_| types::table_minimum(&mut reader))
            .collect()
    }

    /// Returns the sum of the initial numbers of elements of all the module's tables.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if the section is malformed.
    pub fn table_elements(&self) -> Result<u64, ModuleError> {
        let Some(section) = self.section(id::TABLE) else {
            return Ok(0);
        };
        let mut reader = self.reader(section);
        let mut elements = 0_u64;
        for _ in 0..reader.count()? {
            elements = elements.saturating_add(types::table_minimum(&mut reader)?);
        }
        Ok(elements)
    }

    /// Returns the imports, in the order of the module.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if the type section is malformed; the iterator reports errors in the
    /// imports.
    pub fn imports(&self) -> Result<Imports<'a>, ModuleError> {
        Imports::new(self)
    }

    /// Returns the names and kinds of the exports, in the order of the module. Duplicate names are
    /// included.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if the count is malformed; the iterator reports errors in the exports.
    pub fn exports(&self) -> Result<Exports<'a>, ModuleError> {
        Exports::new(self)
    }

    /// Returns the id and the bytes, with the header, of each section in order, except custom
    /// sections.
    #[cfg(feature = "spacewasm")]
    pub(crate) fn sections(&self) -> impl Iterator<Item = (u8, &'a [u8])> {
        let bytes = self.bytes;
        let sections = Sections::new(bytes).filter_map(Result::ok);
        sections
            .filter(|section| section.id != id::CUSTOM)
            .map(move |section| {
                let whole = bytes.get(section.at..section.end);
                (section.id, whole.unwrap_or(&[]))
            })
    }

    fn section(&self, id: u8) -> Option<Section> {
        self.sections.get(usize::from(id)).copied().flatten()
    }

    fn reader(&self, section: Section) -> Reader<'a> {
        Reader::new(self.bytes, section.contents())
    }

    fn note_manifest(&mut self, section: Section, rank: &mut usize) -> Result<(), ModuleError> {
        let mut reader = self.reader(section);
        let name = reader.name()?;
        let found = MANIFEST_SECTIONS.iter().position(|known| *known == name);
        if let Some(found) = found.filter(|found| found < rank) {
            *rank = found;
            self.manifest = Some(reader.rest());
        }
        Ok(())
    }
}

/// Value of the version field in a component.
const COMPONENT: u32 = 0x0001_000d;

fn check_header(bytes: &[u8]) -> Result<(), ModuleError> {
    match bytes.get(..4) {
        Some(b"\0asm") => {}
        Some(b"\0aot") => return Err(ModuleError::Aot),
        _ => return Err(ModuleError::NotWasm),
    }
    let version = bytes
        .get(4..8)
        .and_then(|bytes| bytes.try_into().ok())
        .map(u32::from_le_bytes);
    match version {
        Some(1) => Ok(()),
        Some(version) => Err(ModuleError::Version(version)),
        None => Err(ModuleError::Truncated(bytes.len())),
    }
}

/// Iterates over the sections of a module; ends after the first error.
struct Sections<'a> {
    reader: Reader<'a>,
}

impl<'a> Sections<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            reader: Reader::new(bytes, 8.min(bytes.len())..bytes.len()),
        }
    }

    fn read(&mut self) -> Result<Section, ModuleError> {
        let at = self.reader.position();
        let id = self.reader.byte()?;
        let size = self.reader.u32()?;
        let start = self.reader.position();
        self.reader.skip(size)?;
        Ok(Section {
            id,
            at,
            start,
            end: self.reader.position(),
        })
    }
}

impl Iterator for Sections<'_> {
    type Item = Result<Section, ModuleError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.reader.is_empty() {
            return None;
        }
        let section = self.read();
        if section.is_err() {
            self.reader.finish();
        }
        Some(section)
    }
}
