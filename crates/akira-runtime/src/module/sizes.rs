use super::{Module, ModuleError, id};

/// Counts and sizes of the parts of a module, which determine the memory that an engine needs for
/// the module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Number of functions that the module defines.
    pub functions: u64,
    /// Total size of the function bodies, in bytes.
    pub code_bytes: u64,
    /// Size of the largest function body, in bytes.
    pub largest_function_bytes: u64,
    /// Number of tables.
    pub tables: u64,
    /// Number of function types.
    pub types: u64,
    /// Total size of the function types, in bytes.
    pub type_bytes: u64,
    /// Number of imports.
    pub imports: u64,
    /// Total size of the imports with their names, in bytes.
    pub import_bytes: u64,
    /// Number of exports.
    pub exports: u64,
    /// Total size of the exports with their names, in bytes.
    pub export_bytes: u64,
    /// Number of globals.
    pub globals: u64,
    /// Total size of the globals, in bytes.
    pub global_bytes: u64,
    /// Total size of the element segments, in bytes.
    pub element_bytes: u64,
    /// Number of data segments.
    pub data_segments: u64,
    /// Total size of the data segments, in bytes.
    pub data_bytes: u64,
}

impl Sizes {
    /// Measures a module in one pass.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if a section is malformed.
    pub(super) fn of(module: &Module<'_>) -> Result<Self, ModuleError> {
        let bytes = |id| {
            let section = module.section(id);
            section.map_or(0, |section| (section.end - section.start) as u64)
        };
        let count = |id| {
            let section = module.section(id);
            section.map_or(Ok(0), |section| {
                module.reader(section).count().map(u64::from)
            })
        };
        let mut sizes = Self {
            functions: count(id::FUNCTION)?,
            code_bytes: bytes(id::CODE),
            tables: count(id::TABLE)?,
            types: count(id::TYPE)?,
            type_bytes: bytes(id::TYPE),
            imports: count(id::IMPORT)?,
            import_bytes: bytes(id::IMPORT),
            exports: count(id::EXPORT)?,
            export_bytes: bytes(id::EXPORT),
            globals: count(id::GLOBAL)?,
            global_bytes: bytes(id::GLOBAL),
            element_bytes: bytes(id::ELEMENT),
            data_segments: count(id::DATA)?,
            data_bytes: bytes(id::DATA),
            ..Self::default()
        };
        sizes.note_functions(module)?;
        Ok(sizes)
    }

    fn note_functions(&mut self, module: &Module<'_>) -> Result<(), ModuleError> {
        let Some(section) = module.section(id::CODE) else {
            return Ok(());
        };
        let mut reader = module.reader(section);
        for _ in 0..reader.count()? {
            let size = reader.u32()?;
            reader.skip(size)?;
            self.largest_function_bytes = self.largest_function_bytes.max(size.into());
        }
        Ok(())
    }
}
