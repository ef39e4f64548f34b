//! Meaning and order of the numbers that the firmware prints.

use akira_measure::{Metric, Target, Unit};

use super::{Board, notes};

const METHOD: &str = "instructions, not cycles, counted by QEMU (`-icount shift=0`)";

/// Description of a number that the firmware prints.
struct Row {
    /// Name in the firmware's output.
    name: &'static str,
    title: &'static str,
    unit: Unit,
    per: Option<&'static str>,
    against: Against,
}

/// Number with which an engine's number is compared.
#[derive(Clone, Copy)]
enum Against {
    Nothing,
    /// The same number of wasm3.
    Wasm3,
    /// The same number of wasmi called directly, built in the same variant.
    Wasmi,
}

const ROWS: &[Row] = &[
    Row::compute("compute coremark", "CoreMark-like work"),
    Row::compute("compute fib", "fib"),
    Row::compute("compute matmul_i32", "matrices of integers"),
    Row::compute("compute matmul_f32", "matrices of floats"),
    Row::compute("compute sha256", "SHA-256"),
    Row::compute("compute json", "JSON"),
    Row::compute("compute frame", "frame of a game"),
    Row::call("call immediate", "immediate call that needs a capability"),
    Row::call("call immediate-free", "immediate call that needs none"),
    Row::call("call string", "immediate call with a string of 12 bytes"),
    Row::call("call suspending", "suspending call, answered at once"),
    Row::new(
        "allocations suspending",
        "allocations in a suspending call",
        Unit::Count,
    ),
    Row::load("load 1k", "parse and validate 1 KB"),
    Row::load("load 10k", "parse and validate 10 KB"),
    Row::load("load 100k", "parse and validate 100 KB"),
    Row::load("load-eager 1k", "parse, validate and translate 1 KB"),
    Row::load("load-eager 10k", "parse, validate and translate 10 KB"),
    Row::load("load-eager 100k", "parse, validate and translate 100 KB"),
    Row::load("install 1k", "install 1 KB, up to where it may start"),
    Row::load("install 10k", "install 10 KB, up to where it may start"),
    Row::load("install 100k", "install 100 KB, up to where it may start"),
    Row::load("start 1k", "start 1 KB, up to its first wait"),
    Row::load("start 10k", "start 10 KB, up to its first wait"),
    Row::load("start 100k", "start 100 KB, up to its first wait"),
    Row::bytes(
        "load-rest 100k",
        "heap that a loaded module of 100 KB keeps",
    ),
    Row::bytes("load-peak 100k", "heap at most while 100 KB are loaded"),
    Row::bytes(
        "memory console",
        "static data and heap of the console without an app",
    ),
    Row::bytes("memory runtime", "heap of the runtime without an app"),
    Row::bytes("memory installed", "heap for an installed app"),
    Row::bytes("memory idle", "heap for an app that waits"),
    Row::bytes("stack compute", "native stack of the kernels"),
    Row::bytes("stack load", "native stack of loading"),
    Row::bytes("stack install", "native stack of installing"),
];

/// Numbers of all firmware binaries.
pub(super) struct Numbers<'a> {
    board: &'a Board,
    runs: Vec<Run>,
}

/// Numbers of one firmware binary.
pub(super) struct Run {
    /// Subject of the numbers, in the ids.
    pub(super) whose: &'static str,
    /// Description of the subject.
    pub(super) what: &'static str,
    pub(super) gates: bool,
    /// Commands that build and run the firmware again.
    pub(super) command: String,
    pub(super) numbers: Vec<(String, f64)>,
}

impl<'a> Numbers<'a> {
    pub(super) const fn new(board: &'a Board) -> Self {
        Self {
            board,
            runs: Vec::new(),
        }
    }

    /// Adds the numbers of one firmware binary.
    pub(super) fn add(&mut self, run: Run) {
        self.runs.push(run);
    }

    /// Returns a metric for each number, ordered by rows.
    pub(super) fn metrics(&self) -> Vec<Metric> {
        let rows = ROWS.iter();
        let metrics = rows.flat_map(|row| self.runs.iter().filter_map(|run| self.metric(row, run)));
        metrics.collect()
    }

    fn metric(&self, row: &Row, run: &Run) -> Option<Metric> {
        let (_, value) = run.numbers.iter().find(|(name, _)| name == row.name)?;
        let id = self.id(row, run.whose);
        let mut metric = Metric::new(&id, row.title, row.unit, *value);
        metric.per = row.per.map(Into::into);
        metric.gate = run.gates && row.unit == Unit::Instructions;
        metric.against = self.against(row, run);
        metric.target = target(&id);
        metric.note = notes::of(&id).map(Into::into);
        let method = format!("`{}`, {}; {METHOD}", run.whose, run.what);
        Some(metric.by(&method, &run.command))
    }

    /// Returns the id of the metric with which the row is compared, if it was measured.
    fn against(&self, row: &Row, run: &Run) -> Option<String> {
        let other = match row.against {
            Against::Wasm3 => "wasm3".into(),
            Against::Wasmi if run.whose.starts_with("akira") => run.whose.replace("akira", "wasmi"),
            Against::Nothing | Against::Wasmi => return None,
        };
        let measured = self.runs.iter().any(|run| run.whose == other);
        (measured && other != run.whose).then(|| self.id(row, &other))
    }

    fn id(&self, row: &Row, whose: &str) -> String {
        format!("{}/{}/{whose}", self.board.name, row.name.replace(' ', "-"))
    }
}

/// Targets of numbers.
const TARGETS: &[(&str, Target)] = &[
    ("m4/compute-coremark/akira-fast", Target::RatioMost(1.0)),
    ("m4/load-100k/akira-fast", Target::Most(12e6)),
    ("m4/memory-console/akira", Target::Most(24_576.0)),
    ("rv32/compute-coremark/akira", Target::RatioMost(1.3)),
    ("rv32/load-100k/akira", Target::Most(12e6)),
];

fn target(id: &str) -> Option<Target> {
    let target = TARGETS.iter().find(|(of, _)| *of == id);
    target.map(|(_, target)| *target)
}

impl Row {
    const fn new(name: &'static str, title: &'static str, unit: Unit) -> Self {
        Self {
            name,
            title,
            unit,
            per: None,
            against: Against::Nothing,
        }
    }

    const fn compute(name: &'static str, title: &'static str) -> Self {
        Self {
            against: Against::Wasm3,
            ..Self::new(name, title, Unit::Instructions)
        }
    }

    const fn call(name: &'static str, title: &'static str) -> Self {
        Self {
            per: Some("call"),
            against: Against::Wasmi,
            ..Self::new(name, title, Unit::Instructions)
        }
    }

    const fn load(name: &'static str, title: &'static str) -> Self {
        Self::new(name, title, Unit::Instructions)
    }

    const fn bytes(name: &'static str, title: &'static str) -> Self {
        Self::new(name, title, Unit::Bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::bench::mcu::{M4, RV32};

    fn numbers(board: &Board, numbers: &[(&str, f64)]) -> Vec<Metric> {
        let run = |whose, gates| Run {
            whose,
            what: "",
            gates,
            command: String::new(),
            numbers: numbers
                .iter()
                .map(|(name, number)| ((*name).into(), *number))
                .collect(),
        };
        let mut all = Numbers::new(board);
        all.add(run("akira", true));
        all.add(run("wasm3", false));
        all.metrics()
    }

    #[test]
    fn a_row_has_the_numbers_of_all_and_ours_is_held_against_wasm3() {
        let metrics = numbers(&M4, &[("compute fib", 7.0), ("memory idle", 9.0)]);
        let ids: Vec<_> = metrics.iter().map(|metric| metric.id.as_str()).collect();
        let (fib, idle) = ("m4/compute-fib", "m4/memory-idle");
        let all = [fib, idle].map(|row| ["akira", "wasm3"].map(|whose| format!("{row}/{whose}")));
        assert_eq!(ids, all.concat());
        assert_eq!(metrics[0].against.as_deref(), Some("m4/compute-fib/wasm3"));
        assert_eq!(metrics[1].against, None);
    }

    #[test]
    fn instructions_of_what_the_board_runs_are_held() {
        let metrics = numbers(&RV32, &[("compute fib", 7.0), ("memory idle", 9.0)]);
        let held: Vec<_> = metrics.iter().filter(|metric| metric.gate).collect();
        assert_eq!(held.len(), 1);
        assert_eq!(held[0].id, "rv32/compute-fib/akira");
    }

    #[test]
    fn targets_and_notes_are_of_numbers_that_there_are() {
        let mut ids = BTreeSet::new();
        for board in [&M4, &RV32] {
            let numbers = Numbers::new(board);
            let ours = board.corners.iter().map(|corner| corner.whose);
            ids.extend(ours.flat_map(|whose| {
                ROWS.iter()
                    .map(|row| numbers.id(row, whose))
                    .collect::<Vec<_>>()
            }));
        }
        for id in TARGETS.iter().map(|(id, _)| *id).chain(notes::ids()) {
            assert!(ids.contains(id), "{id}");
        }
    }
}
