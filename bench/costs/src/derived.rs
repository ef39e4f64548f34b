//! Cases derived from the kinds of a row's parameters.

use akira::abi::{Length, NativeCall, ParamKind};

use crate::case::Arg::{self, N, Text};
use crate::case::Case;
use crate::layout::{BUFFER, BUFFER_BYTES, HUGE, LONG};

/// Values of a call's number and string parameters.
struct Pattern {
    name: &'static str,
    /// Values of the number parameters, in rotation.
    numbers: &'static [i32],
    text: Texts,
}

enum Texts {
    Empty,
    /// A name that does not exist.
    Missing,
    Longest,
}

const PATTERNS: &[Pattern] = &[
    Pattern::new("zeros", &[0], Texts::Empty),
    Pattern::new("ones", &[1], Texts::Missing),
    Pattern::new("on the screen", &[100], Texts::Longest),
    Pattern::new("minus one", &[-1], Texts::Missing),
    Pattern::new("largest", &[i32::MAX], Texts::Longest),
    Pattern::new("smallest", &[i32::MIN], Texts::Longest),
    Pattern::new("far left", &[i32::MIN, i32::MAX], Texts::Longest),
    Pattern::new("far right", &[i32::MAX, i32::MIN], Texts::Longest),
    Pattern::new(
        "across",
        &[-(1 << 30), -(1 << 30), i32::MAX, i32::MAX],
        Texts::Longest,
    ),
    Pattern::new(
        "down",
        &[0, i32::MIN, i32::MAX, 100, 100, i32::MAX],
        Texts::Longest,
    ),
];

impl Pattern {
    const fn new(name: &'static str, numbers: &'static [i32], text: Texts) -> Self {
        Self {
            name,
            numbers,
            text,
        }
    }

    fn text(&self, kind: ParamKind) -> Arg {
        match self.text {
            Texts::Empty => Text(""),
            Texts::Missing => Text("missing"),
            // Only the calls of the C library accept longer strings.
            Texts::Longest if kind == ParamKind::Text => N(HUGE as i32),
            Texts::Longest => N(LONG as i32),
        }
    }
}

/// Returns the cases of a row, without duplicates.
pub(crate) fn of(row: &'static NativeCall) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for pattern in PATTERNS {
        let case = Case::new(pattern.name, row, &args(row, pattern));
        if cases.iter().all(|known| known.step != case.step) {
            cases.push(case);
        }
    }
    cases
}

fn args(row: &NativeCall, pattern: &Pattern) -> Vec<Arg> {
    let mut numbers = pattern.numbers.iter().copied().cycle();
    let mut number = || N(numbers.next().unwrap_or(0));
    let args = row
        .params
        .iter()
        .enumerate()
        .map(|(index, param)| match param.kind {
            ParamKind::Str | ParamKind::Text => pattern.text(param.kind),
            ParamKind::Bytes { .. } | ParamKind::Address => N(BUFFER as i32),
            ParamKind::Len => N(length(row, index)),
            // All other parameters are numbers.
            _ => number(),
        });
    args.collect()
}

/// Returns the length of the whole buffer, in the unit of this parameter.
fn length(row: &NativeCall, index: usize) -> i32 {
    let unit = row.params.iter().find_map(|param| match param.kind {
        ParamKind::Bytes {
            length: Length::Items { param, size },
            ..
        } if usize::from(param) == index => Some(u32::from(size)),
        _ => None,
    });
    (BUFFER_BYTES / unit.unwrap_or(1)) as i32
}
