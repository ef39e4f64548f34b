use super::reader::Reader;
use super::types::MOST;
use super::{ModuleError, Signature};

const FUNCTION_TYPE: u8 = 0x60;

/// Distance in types between two recorded offsets.
const STEP: u32 = 64;

/// Types of a type section. One pass records the offset of some of them, so that a lookup takes at
/// most [`STEP`] steps: an app can have many types and as many imports.
#[derive(Clone, Debug)]
pub(super) struct FunctionTypes<'a> {
    section: Option<Reader<'a>>,
    /// Offset of each type whose index is a multiple of [`STEP`].
    places: [u32; MOST.div_ceil(STEP) as usize],
    /// Number of readable types.
    count: u32,
}

impl<'a> FunctionTypes<'a> {
    /// Reads the section up to the first entry that is not a function type.
    ///
    /// # Errors
    ///
    /// [`ModuleError`] if the section does not begin with a count.
    pub(super) fn new(section: Option<Reader<'a>>) -> Result<Self, ModuleError> {
        let mut types = Self {
            section,
            places: [0; MOST.div_ceil(STEP) as usize],
            count: 0,
        };
        if let Some(mut reader) = types.section.clone() {
            let count = reader.count()?.min(MOST);
            while types.count < count && types.note(&mut reader).is_ok() {
                types.count += 1;
            }
        }
        Ok(types)
    }

    /// Returns the type with this index; `at` is the offset of the index, for the error.
    ///
    /// # Errors
    ///
    /// [`ModuleError::Malformed`] if the type does not exist.
    pub(super) fn find(&self, index: u32, at: usize) -> Result<Signature<'a>, ModuleError> {
        let section = self.section.as_ref().filter(|_| index < self.count);
        let place = self.places.get((index / STEP) as usize);
        let (Some(section), Some(place)) = (section, place) else {
            return Err(ModuleError::Malformed(at));
        };
        let mut reader = section.at(*place as usize);
        for _ in 0..index % STEP {
            function_type(&mut reader)?;
        }
        function_type(&mut reader)
    }

    fn note(&mut self, reader: &mut Reader<'a>) -> Result<(), ModuleError> {
        let is_kept = self.count.is_multiple_of(STEP);
        if let Some(place) = self
            .places
            .get_mut((self.count / STEP) as usize)
            .filter(|_| is_kept)
        {
            // Offsets beyond 4 GiB are not recorded, and no engine accepts such a module.
            *place = u32::try_from(reader.position()).unwrap_or(u32::MAX);
        }
        function_type(reader).map(drop)
    }
}

pub(super) fn function_type<'a>(reader: &mut Reader<'a>) -> Result<Signature<'a>, ModuleError> {
    let at = reader.position();
    if reader.byte()? != FUNCTION_TYPE {
        return Err(ModuleError::Malformed(at));
    }
    Ok(Signature {
        params: value_types(reader)?,
        results: value_types(reader)?,
    })
}

fn value_types<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], ModuleError> {
    let count = reader.count()?;
    let types = reader.take(count)?;
    if types.iter().copied().any(is_typed_reference) {
        return Err(TYPED_REFERENCES);
    }
    Ok(types)
}

/// Returns whether a type is a reference to a type of the module, which is encoded in several
/// bytes.
pub(super) fn is_typed_reference(ty: u8) -> bool {
    matches!(ty, 0x63 | 0x64)
}

/// Features of WebAssembly 3.0 that no engine here supports.
pub(super) const TYPED_REFERENCES: ModuleError = ModuleError::Unsupported {
    what: "typed references or garbage collection",
    fix: "build for WebAssembly 2.0",
};
