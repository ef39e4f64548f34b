use super::function_types::function_type;
use super::{Module, ModuleError, Signature, id};
use alloc::vec::Vec;

/// Number of parameters and results.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arity {
    pub(super) params: u8,
    pub(super) results: u8,
}

/// Numbers of parameters and results of a module's types and functions.
#[derive(Debug)]
pub(super) struct Arities {
    types: Vec<Arity>,
    /// Arity of each function, imported functions first.
    functions: Vec<Arity>,
    imported: u32,
}

impl Arities {
    /// Reads the types, the imports and the functions of a module whose types are within the
    /// limits.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if an entry is malformed.
    pub(super) fn of(module: &Module<'_>) -> Result<Self, ModuleError> {
        let mut arities = Self {
            types: types(module)?,
            functions: Vec::new(),
            imported: 0,
        };
        for import in module.imports()? {
            if let super::ImportKind::Function(signature) = import?.kind {
                arities.functions.push(Arity::of(&signature));
                arities.imported += 1;
            }
        }
        if let Some(section) = module.section(id::FUNCTION) {
            let mut reader = module.reader(section);
            for _ in 0..reader.count()? {
                let at = reader.position();
                let ty = arities.ty(reader.u32()?);
                let ty = ty.ok_or(ModuleError::Malformed(at))?;
                arities.functions.push(ty);
            }
        }
        Ok(arities)
    }

    /// Returns the arity of the type with this index.
    pub(super) fn ty(&self, index: u32) -> Option<Arity> {
        self.types.get(index as usize).copied()
    }

    /// Returns the arity of the function with this index.
    pub(super) fn function(&self, index: u32) -> Option<Arity> {
        self.functions.get(index as usize).copied()
    }

    /// Returns the arity of the function with this index among those that the module defines.
    pub(super) fn defined(&self, index: u32) -> Option<Arity> {
        self.function(self.imported.checked_add(index)?)
    }
}

impl Arity {
    /// Counts the values of a type; the limits on types reject a type with more than fit.
    fn of(ty: &Signature<'_>) -> Self {
        let narrow = |values: &[u8]| u8::try_from(values.len()).unwrap_or(u8::MAX);
        Self {
            params: narrow(ty.params),
            results: narrow(ty.results),
        }
    }
}

fn types(module: &Module<'_>) -> Result<Vec<Arity>, ModuleError> {
    let mut types = Vec::new();
    if let Some(section) = module.section(id::TYPE) {
        let mut reader = module.reader(section);
        for _ in 0..reader.count()? {
            types.push(Arity::of(&function_type(&mut reader)?));
        }
    }
    Ok(types)
}
