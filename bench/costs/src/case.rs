//! A call with its worst arguments.

use akira::abi::NativeCall;

/// What a call is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arg {
    /// A number or an address.
    N(i32),
    /// The address of a string.
    Text(&'static str),
    /// The address of a string that is another each time.
    Numbered,
    /// What the latest call before the measured ones returned.
    Result,
}

/// A call and what it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) row: Row,
    pub(crate) args: Vec<Arg>,
}

/// A row of the table, which is its address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row(pub(crate) &'static NativeCall);

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Row {}

/// A call that is measured.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// Calls that bring about the state in which it is made, each so many times.
    pub(crate) setup: Vec<(u32, Step)>,
    /// Calls that are made, and measured, before each of it.
    pub(crate) before: Vec<Step>,
    pub(crate) step: Step,
}

pub(crate) fn step(row: &'static NativeCall, args: &[Arg]) -> Step {
    Step {
        row: Row(row),
        args: args.to_vec(),
    }
}

impl Case {
    pub(crate) fn new(name: impl Into<String>, row: &'static NativeCall, args: &[Arg]) -> Self {
        Self {
            name: name.into(),
            setup: Vec::new(),
            before: Vec::new(),
            step: step(row, args),
        }
    }

    /// Makes another call first, so many times.
    pub(crate) fn after(mut self, times: u32, row: &'static NativeCall, args: &[Arg]) -> Self {
        self.setup.push((times, step(row, args)));
        self
    }

    /// Makes another call before each of it.
    pub(crate) fn each_after(mut self, row: &'static NativeCall, args: &[Arg]) -> Self {
        self.before.push(step(row, args));
        self
    }
}
