use crate::{NativeCall, Param, ParamKind, Ret};

/// Type of a parameter or result in the WebAssembly function of a native call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValType {
    /// A 32-bit integer.
    I32,
    /// A 64-bit integer.
    I64,
}

impl ParamKind {
    /// Returns the WebAssembly type with which the parameter is passed.
    pub const fn wasm_type(self) -> ValType {
        match self {
            Self::I64 => ValType::I64,
            _ => ValType::I32,
        }
    }
}

impl Ret {
    /// Returns the WebAssembly type of the result; `None` if the call has no result.
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
    /// Returns the WebAssembly types of the parameters.
    pub fn wasm_params(&self) -> impl ExactSizeIterator<Item = ValType> + use<> {
        self.params.iter().map(|param| param.kind.wasm_type())
    }

    /// Returns the WebAssembly type of the result; `None` if the call has no result.
    pub const fn wasm_result(&self) -> Option<ValType> {
        self.result.wasm_type()
    }

    /// Iterates over the parameters that are addresses in linear memory, each with its index.
    pub fn pointer_params(&self) -> impl Iterator<Item = (usize, &'static Param)> + use<> {
        let params = self.params.iter().enumerate();
        params.filter(|(_, param)| param.kind.is_pointer())
    }
}
