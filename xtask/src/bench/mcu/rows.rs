//! What the numbers of the firmwares mean, and in which order they are shown.

use akira_measure::{Metric, Target, Unit};

use super::{Board, notes, run};

const METHOD: &str = "instructions that QEMU counts with `-icount shift=0`: no cycles, so no wait states and no pipeline";

/// What a firmware prints, in words.
struct Row {
    /// As the firmware names it.
    name: &'static str,
    title: &'static str,
    unit: Unit,
    per: &'static str,
    against: Against,
}

/// What an engine's number is held against.
#[derive(Clone, Copy)]
enum Against {
    Nothing,
    /// The same in wasm3.
    Wasm3,
    /// The same in wasmi called directly, built the same way.
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
        "call",
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
    Row::bytes("memory runtime", "heap of the runtime without an app"),
    Row::bytes("memory installed", "heap for an installed app"),
    Row::bytes("memory idle", "heap for an app that waits"),
    Row::bytes("stack compute", "native stack of the kernels"),
    Row::bytes("stack load", "native stack of loading"),
    Row::bytes("stack install", "native stack of installing"),
];

/// The numbers of one run of every firmware.
pub(super) struct Numbers<'a> {
    board: &'a Board,
    runs: Vec<Run>,
}

/// The numbers of one firmware.
struct Run {
    whose: String,
    title: String,
    gates: bool,
    numbers: Vec<(String, f64)>,
}

impl<'a> Numbers<'a> {
    pub(super) const fn new(board: &'a Board) -> Self {
        Self {
            board,
            runs: Vec::new(),
        }
    }

    /// Adds what one firmware has printed.
    pub(super) fn add(
        &mut self,
        whose: &str,
        title: &str,
        gates: bool,
        numbers: Vec<(String, f64)>,
    ) {
        self.runs.push(Run {
            whose: whose.into(),
            title: title.into(),
            gates,
            numbers,
        });
    }

    /// Returns a metric for each number, row by row.
    pub(super) fn metrics(&self) -> Vec<Metric> {
        let rows = ROWS.iter();
        let metrics = rows.flat_map(|row| self.runs.iter().filter_map(|run| self.metric(row, run)));
        metrics.collect()
    }

    fn metric(&self, row: &Row, run: &Run) -> Option<Metric> {
        let (_, value) = run.numbers.iter().find(|(name, _)| name == row.name)?;
        let id = self.id(row, &run.whose);
        let title = format!("{}: {}", row.title, run.title);
        let mut metric = Metric::new(&id, &title, row.unit, *value).per(row.per);
        metric.gate = run.gates && row.unit == Unit::Instructions;
        metric.against = self.against(row, run);
        metric.target = target(&id);
        metric.note = notes::of(&id).map(Into::into);
        Some(metric.by(METHOD, &run::command_line(self.board)))
    }

    /// Names what the row is held against, if that was measured too.
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

/// Returns what a number should be.
fn target(id: &str) -> Option<Target> {
    match id {
        "m4/compute-coremark/akira-fast" => Some(Target::RatioMost(1.0)),
        "rv32/compute-coremark/akira" => Some(Target::RatioMost(1.3)),
        "m4/load-100k/akira" | "m4/load-100k/akira-fast" | "rv32/load-100k/akira" => {
            Some(Target::Most(12e6))
        }
        _ => None,
    }
}

impl Row {
    const fn new(name: &'static str, title: &'static str, unit: Unit, per: &'static str) -> Self {
        Self {
            name,
            title,
            unit,
            per,
            against: Against::Nothing,
        }
    }

    const fn compute(name: &'static str, title: &'static str) -> Self {
        Self {
            against: Against::Wasm3,
            ..Self::new(name, title, Unit::Instructions, "run")
        }
    }

    const fn call(name: &'static str, title: &'static str) -> Self {
        Self {
            against: Against::Wasmi,
            ..Self::new(name, title, Unit::Instructions, "call")
        }
    }

    const fn load(name: &'static str, title: &'static str) -> Self {
        Self::new(name, title, Unit::Instructions, "module")
    }

    const fn bytes(name: &'static str, title: &'static str) -> Self {
        Self::new(name, title, Unit::Bytes, "device")
    }
}
