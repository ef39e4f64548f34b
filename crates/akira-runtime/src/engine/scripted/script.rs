use crate::engine::{Interrupt, Trap};
use akira_abi::NativeCall;
use alloc::string::String;
use alloc::vec::Vec;

/// Operation of a script. Each operation takes one unit of fuel, except [`Op::Burn`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Op {
    /// Uses this amount of fuel.
    Burn(u64),
    /// Calls the import with this index, and passes these words as arguments.
    Call(usize, Vec<u32>),
    /// Writes these bytes to this address; traps if any of them lie outside the memory.
    Store(u32, Vec<u8>),
    /// Ends the run with this trap.
    Trap(Trap),
    /// Returns this value from the entry function.
    Return(i32),
    /// Continues with the first operation of the script.
    Repeat,
}

/// An app for the engine [`Scripted`](super::Scripted), in the form of a script: its manifest, its
/// imports, its memory and its operations.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Manifest in JSON; empty if the app has none.
    pub manifest: String,
    /// Native calls that the app imports.
    pub imports: Vec<&'static NativeCall>,
    /// Size of the linear memory in pages of 64 KiB, both initial and maximum.
    pub pages: u32,
    /// Operations of the entry function `main`, which returns 0 after the last operation.
    pub ops: Vec<Op>,
}

/// One host call of a script, and its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Number of the script, counted from 0 in the order in which
    /// [`Scripted::app`](super::Scripted::app) created the apps.
    pub script: usize,
    /// Index of the import that the script called.
    pub import: usize,
    /// Return value of the call, or the interrupt that it caused.
    pub result: Result<i64, Interrupt>,
}
