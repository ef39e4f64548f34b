//! Native call with its worst arguments.

use akira::abi::NativeCall;

/// Argument of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arg {
    /// Number or address.
    N(i32),
    /// Address of a string.
    Text(&'static str),
    /// Address of a string that is different each time.
    Numbered,
    /// Result of the latest call before the measured ones.
    Result,
}

/// Call with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) row: Row,
    pub(crate) args: Vec<Arg>,
}

/// Row of the call table, identified by its address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row(pub(crate) &'static NativeCall);

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Row {}

/// Measured call.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// Calls that prepare the state for the measured call, with their numbers of repetitions.
    pub(crate) setup: Vec<(u32, Step)>,
    /// Calls before each measured call; they are included in the measurement.
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

    /// Adds a call that runs `times` times before the measurement.
    pub(crate) fn after(mut self, times: u32, row: &'static NativeCall, args: &[Arg]) -> Self {
        self.setup.push((times, step(row, args)));
        self
    }

    /// Adds a call that runs before each measured call.
    pub(crate) fn each_after(mut self, row: &'static NativeCall, args: &[Arg]) -> Self {
        self.before.push(step(row, args));
        self
    }
}
