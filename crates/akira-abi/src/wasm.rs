use crate::{NativeCall, Param, ParamKind, Ret};

/// A type of the wasm function that an app imports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValType {
    /// A 32-bit integer.
    I32,
    /// A 64-bit integer.
    I64,
}

impl ParamKind {
    /// Returns the wasm type that the parameter is passed as.
    pub const fn wasm_type(self) -> ValType {
        match self {
            Self::I64 => ValType::I64,
            _ => ValType::I32,
        }
    }
}

impl Ret {
    /// Returns the wasm type that the result is passed as, if there is a result.
    pub const fn wasm_type(self) -> Option<ValType> {
        match self {
            Self::Void => None,
            Self::Status | Self::Value | Self::Flag | Self::Address | Self::Allocation => {
                Some(ValType::I32)
            }
            Self::I64 => Some(ValType::I64),
        }
    }
}

impl NativeCall {
    /// Returns the wasm types of the parameters.
    pub fn wasm_params(&self) -> impl ExactSizeIterator<Item = ValType> + use<> {
        self.params.iter().map(|param| param.kind.wasm_type())
    }

    /// Returns the wasm type of the result, if there is one.
    pub const fn wasm_result(&self) -> Option<ValType> {
        self.result.wasm_type()
    }

    /// Returns the parameters that are addresses, each with its index.
    pub fn pointer_params(&self) -> impl Iterator<Item = (usize, &'static Param)> + use<> {
        let params = self.params.iter().enumerate();
        params.filter(|(_, param)| param.kind.is_pointer())
    }
}
