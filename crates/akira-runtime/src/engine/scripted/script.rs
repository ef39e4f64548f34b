use crate::engine::{Interrupt, Trap};
use akira_abi::NativeCall;
use alloc::string::String;
use alloc::vec::Vec;

/// Operation of a script. Each takes one unit of fuel, except [`Op::Burn`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Op {
    /// Computes for this amount of fuel.
    Burn(u64),
    /// Calls the import with this index with these words.
    Call(usize, Vec<u32>),
    /// Writes bytes at this address; traps if they lie outside the memory.
    Store(u32, Vec<u8>),
    /// Traps.
    Trap(Trap),
    /// Returns this value from the entry.
    Return(i32),
    /// Starts the script again.
    Repeat,
}

/// An app in the form of a script: its manifest, its imports, its memory and its operations.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Manifest in JSON; empty if the app has none.
    pub manifest: String,
    /// Imported native calls.
    pub imports: Vec<&'static NativeCall>,
    /// Number of 64 KiB pages, both initial and maximum.
    pub pages: u32,
    /// Operations of its entry `main`, which returns 0 after the last.
    pub ops: Vec<Op>,
}

/// Outcome of a call of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Number of the script, counted from 0 in the order of the calls of [`Scripted::app`](super::Scripted::app).
    pub script: usize,
    /// Index of the import.
    pub import: usize,
    /// Return value of the call, or the interrupt.
    pub result: Result<i64, Interrupt>,
}
