//! Validates modules in pieces, with the validator that wasmi itself uses.

use super::{EngineError, LoadError};
use crate::run::pause;
use wasmi_wasmparser::{
    BinaryReaderError, FuncToValidate, FuncValidatorAllocations, FunctionBody, Parser,
    ValidPayload, Validator, ValidatorResources, WasmFeatures,
};

/// Bytes of code that are validated at once. A byte takes some 70 instructions of the CPU, and up
/// to 250 in code that is designed to be slow.
const PIECE_BYTES: usize = 512;

/// Exactly the features that [`super::config`] enables.
const FEATURES: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::REFERENCE_TYPES)
    // Reference types need these.
    .union(WasmFeatures::GC_TYPES)
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::FLOATS)
    .union(WasmFeatures::CUSTOM_PAGE_SIZES);

/// Validates a module, and returns pending once after each piece.
pub(super) async fn module(bytes: &[u8]) -> Result<(), LoadError> {
    let mut validator = Validator::new_with_features(FEATURES);
    let mut functions = Functions::default();
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(invalid)?;
        match validator.payload(&payload).map_err(invalid)? {
            ValidPayload::Func(function, body) => functions.check(function, &body).await?,
            _ => pause().await,
        }
    }
    Ok(())
}

/// State of the validation of functions.
#[derive(Default)]
struct Functions {
    allocations: FuncValidatorAllocations,
    /// Bytes validated since the last pause.
    checked: usize,
}

impl Functions {
    async fn check(
        &mut self,
        function: FuncToValidate<ValidatorResources>,
        body: &FunctionBody<'_>,
    ) -> Result<(), LoadError> {
        let mut validator = function.into_validator(core::mem::take(&mut self.allocations));
        let mut reader = body.get_binary_reader();
        validator.read_locals(&mut reader).map_err(invalid)?;
        reader.set_features(FEATURES);
        while !reader.eof() {
            let at = reader.original_position();
            let mut visitor = validator.visitor(at);
            reader
                .visit_operator(&mut visitor)
                .and_then(|valid| valid)
                .map_err(invalid)?;
            drop(visitor);
            self.count(reader.original_position() - at).await;
        }
        validator
            .finish(reader.original_position())
            .map_err(invalid)?;
        self.allocations = validator.into_allocations();
        // Each function has a fixed cost, however short it is.
        self.count(PIECE_BYTES / 64).await;
        Ok(())
    }

    async fn count(&mut self, bytes: usize) {
        self.checked += bytes;
        if self.checked >= PIECE_BYTES {
            self.checked = 0;
            pause().await;
        }
    }
}

fn invalid(error: BinaryReaderError) -> LoadError {
    LoadError::Invalid(EngineError::new(error))
}
