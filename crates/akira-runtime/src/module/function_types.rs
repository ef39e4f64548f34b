use super::reader::Reader;
use super::types::MOST;
use super::{ModuleError, Signature};

const FUNCTION_TYPE: u8 = 0x60;

/// How many types lie between two whose places are kept.
const STEP: u32 = 64;

/// The types of a type section. One pass notes where some of them are, so that no lookup takes more than [`STEP`] steps:
/// an app can have many types and as many imports.
#[derive(Clone, Debug)]
pub(super) struct FunctionTypes<'a> {
    section: Option<Reader<'a>>,
    /// Where each type begins whose index is a multiple of [`STEP`].
    places: [u32; MOST.div_ceil(STEP) as usize],
    /// How many can be read.
    count: u32,
}

impl<'a> FunctionTypes<'a> {
    /// Reads the section as far as it has function types.
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

    /// Returns the type with this index, which is asked for at `at`.
    ///
    /// # Errors
    ///
    /// [`ModuleError::Malformed`] if there is none.
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
            // What lies beyond 4 GiB is never found again, and no engine takes such a module.
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

/// Says whether a type is a reference to a type of the module, which is written in several bytes.
pub(super) fn is_typed_reference(ty: u8) -> bool {
    matches!(ty, 0x63 | 0x64)
}

/// What WebAssembly 3.0 has and no engine here.
pub(super) const TYPED_REFERENCES: ModuleError = ModuleError::Unsupported {
    what: "typed references or garbage collection",
    fix: "build for WebAssembly 2.0",
};
