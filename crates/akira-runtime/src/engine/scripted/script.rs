use crate::engine::{Interrupt, Trap};
use akira_abi::NativeCall;
use alloc::string::String;
use alloc::vec::Vec;

/// What a script does next. Each takes one unit of fuel, [`Op::Burn`] as many as it says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Op {
    /// Computes for so much fuel.
    Burn(u64),
    /// Calls the import with this index with these words.
    Call(usize, Vec<u32>),
    /// Writes bytes at this address; traps where they leave the memory.
    Store(u32, Vec<u8>),
    /// Traps.
    Trap(Trap),
    /// Returns from the entry.
    Return(i32),
    /// Begins again.
    Repeat,
}

/// An app that is a script: its manifest, its imports, its memory and its operations.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// The manifest in JSON; none if it is empty.
    pub manifest: String,
    /// What it imports.
    pub imports: Vec<&'static NativeCall>,
    /// The pages of 64 KiB that it starts with, and has at most.
    pub pages: u32,
    /// What its entry `main` does; it returns 0 behind the last.
    pub ops: Vec<Op>,
}

/// What a call of a script came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The script, counted from 0 as [`Scripted::app`](super::Scripted::app) saw them.
    pub script: usize,
    /// The index of the import.
    pub import: usize,
    /// What the call returned, or what it did instead.
    pub result: Result<i64, Interrupt>,
}
