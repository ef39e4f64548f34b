//! Runs a generated module on both engines, through the engine trait, and on Wasmtime, and compares what can be seen.

use super::{generate, oracle, ours};
use akira_runtime::Trap;
use akira_runtime::engine::{Spacewasm, Wasmi};

/// How a comparison came out, where it found no difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// So many engines ran the module as Wasmtime did.
    Compared {
        /// The engines.
        engines: u32,
    },
    /// The module ends in no time that an app has, or needs more than Wasmtime or an engine may take.
    Limited,
    /// Both engines refuse it, as they should.
    Refused,
    /// The input makes no module.
    Nothing,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Returned(i32),
    Trapped(Trap),
    /// It met a bound that engines do not share: of time, of stack.
    Limited,
}

/// What can be seen after a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) end: End,
    /// A digest of the globals.
    pub(super) globals: End,
    /// The native calls so far, and a digest of their arguments.
    pub(super) calls: (u32, u64),
    pub(super) memory: Vec<u8>,
}

/// What came of a module.
#[derive(Debug)]
pub(super) enum Run {
    /// Its start function met a bound that engines do not share.
    Limited,
    /// It is refused; the text says why.
    Refused(String),
    /// What was seen after its start function and after each call, up to the first that trapped.
    Seen(Vec<Seen>),
}

/// Runs the module that `bytes` make and compares.
///
/// # Panics
///
/// If an engine does something else than Wasmtime.
pub(crate) fn compare(number: u64) -> Verdict {
    let Some(case) = generate::case(number) else {
        return Verdict::Nothing;
    };
    let expected = match oracle::run(&case) {
        Run::Limited => return Verdict::Limited,
        Run::Seen(seen) if is_limited(&seen) => return Verdict::Limited,
        run => run,
    };
    let mut verdict = Verdict::Refused;
    for (name, run) in [
        ("wasmi", ours::run(&Wasmi, &case)),
        ("spacewasm", ours::run(&Spacewasm, &case)),
    ] {
        match judge(name, &expected, &run) {
            Verdict::Compared { engines } => verdict = with(verdict, engines),
            Verdict::Limited if verdict == Verdict::Refused => verdict = Verdict::Limited,
            _ => {}
        }
    }
    verdict
}

fn with(verdict: Verdict, more: u32) -> Verdict {
    match verdict {
        Verdict::Compared { engines } => Verdict::Compared {
            engines: engines + more,
        },
        _ => Verdict::Compared { engines: more },
    }
}

fn is_limited(seen: &[Seen]) -> bool {
    seen.iter()
        .any(|seen| seen.end == End::Limited || seen.globals == End::Limited)
}

fn judge(name: &str, expected: &Run, run: &Run) -> Verdict {
    match (expected, run) {
        (_, Run::Refused(why)) if ours::is_by_design(why) => Verdict::Refused,
        (Run::Refused(_), Run::Refused(_)) => Verdict::Compared { engines: 1 },
        (Run::Seen(expected), Run::Seen(seen)) => same(name, expected, seen),
        _ => panic!("{name} {run:?}, Wasmtime {expected:?}"),
    }
}

fn same(name: &str, expected: &[Seen], seen: &[Seen]) -> Verdict {
    if is_limited(seen) {
        return Verdict::Limited;
    }
    for (index, (expected, seen)) in expected.iter().zip(seen).enumerate() {
        if expected != seen {
            differs(name, index, (expected, seen));
        }
    }
    assert_eq!(expected.len(), seen.len(), "{name}");
    Verdict::Compared { engines: 1 }
}

fn differs(name: &str, call: usize, (expected, seen): (&Seen, &Seen)) -> ! {
    let memory = expected.memory.iter().zip(&seen.memory);
    let first = memory
        .into_iter()
        .position(|(expected, seen)| expected != seen);
    panic!(
        "call {call} (the start function is 0) on {name}: {:?}, globals {:?}, native calls {:?}, {} bytes of memory; on Wasmtime: \
         {:?}, globals {:?}, native calls {:?}, {} bytes; the first other byte: {first:?}",
        seen.end,
        seen.globals,
        seen.calls,
        seen.memory.len(),
        expected.end,
        expected.globals,
        expected.calls,
        expected.memory.len()
    );
}
