//! Runs a generated module on both engines, through the engine trait, and on Wasmtime, and compares
//! the observable state.

use super::{generate, oracle, ours};
use akira_runtime::Trap;
use akira_runtime::engine::{Spacewasm, Wasmi};

/// Result of a comparison that found no difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// At least one engine behaved like Wasmtime.
    Compared {
        /// Number of these engines.
        engines: u32,
    },
    /// The module exceeds a time limit, or a resource limit of Wasmtime or an engine.
    Limited,
    /// Both engines refuse the module by design.
    Refused,
    /// The number yields no module.
    Nothing,
}

/// End of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Returned(i32),
    Trapped(Trap),
    /// A limit that differs between engines was reached: time or stack.
    Limited,
}

/// Observable state after a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) end: End,
    /// Digest of the globals.
    pub(super) globals: End,
    /// Number of native calls so far, and a digest of their arguments.
    pub(super) calls: (u32, u64),
    pub(super) memory: Vec<u8>,
}

/// Result of running a module.
#[derive(Debug)]
pub(super) enum Run {
    /// The start function reached a limit that differs between engines.
    Limited,
    /// The module was refused, with this message.
    Refused(String),
    /// State after each call, up to the first that did not return.
    Seen(Vec<Seen>),
}

/// Runs the module with this number and compares the engines with Wasmtime.
///
/// # Panics
///
/// If an engine behaves differently from Wasmtime.
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
