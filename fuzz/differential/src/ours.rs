//! Runs an engine of the runtime through its trait: the module as admission accepts it, in random
//! slices, with pauses and charges.

use super::admit;
use super::compare::{End, Run, Seen};
use super::generate::{Case, GLOBALS};
use super::host::{self, Answer, Calls, Native};
use super::random::Random;
use akira_runtime::Trap;
use akira_runtime::engine::{Engine, Host, Instance, Interrupt, Limits, Step};
use akira_runtime::module::{ImportKind, Module, START_EXPORT};

/// Upper bound of fuel: no module that Wasmtime finishes uses as much.
const FUEL: u64 = 200_000_000;

struct Device {
    calls: Calls,
    random: Random,
    charge: u64,
    /// Result of the paused call.
    later: i64,
}

impl Host for Device {
    type Link = Native;

    fn enter(&mut self, link: &Native, words: &[u32], memory: &mut [u8]) -> Result<i64, Interrupt> {
        if self.random.below(4) == 0 {
            self.charge = self.random.below(300);
        }
        match self.calls.make(*link, words, memory) {
            Answer::Value(value) => Ok(value),
            Answer::Later(value) => {
                self.later = value;
                Err(Interrupt::Pause)
            }
            Answer::Exit(code) => Err(Interrupt::Exit(code)),
            Answer::Trap => Err(Interrupt::Trap(Trap::Unlinked)),
        }
    }

    fn takes_numbers(link: &Native) -> bool {
        matches!(link, Native::Add | Native::Wait | Native::Fail)
    }

    fn take_charge(&mut self) -> u64 {
        std::mem::take(&mut self.charge)
    }
}

/// Runs a case.
pub(super) fn run(engine: &impl Engine, case: &Case) -> Run {
    try_run(engine, case).unwrap_or_else(Run::Refused)
}

fn try_run<E: Engine>(engine: &E, case: &Case) -> Result<Run, String> {
    let module = Module::parse(&case.module).map_err(|error| error.to_string())?;
    let links = links(&module)?;
    let limits = limits(&module);
    admit::check(engine, &case.module, limits)?;
    let device = Device {
        calls: Calls::default(),
        random: Random::new(!case.slices),
        charge: 0,
        later: 0,
    };
    let instance = admit::load(engine, &case.module, (&links, device), limits)?;
    let mut app = App {
        instance,
        random: Random::new(case.slices),
    };
    match app.call(START_EXPORT) {
        End::Returned(_) => {}
        end => return Err(format!("the start function: {end:?}")),
    }
    let mut seen = Vec::new();
    for call in &case.calls {
        let end = app.call(call);
        seen.push(app.look(end));
        if !matches!(end, End::Returned(_)) {
            break;
        }
    }
    Ok(Run::Seen(seen))
}

fn links(module: &Module<'_>) -> Result<Vec<Native>, String> {
    let imports = module.imports().map_err(|error| error.to_string())?;
    let links = imports.map(|import| {
        let import = import.map_err(|error| error.to_string())?;
        match import.kind {
            ImportKind::Function(_) => {
                host::find(import.name).ok_or_else(|| import.name.to_owned())
            }
            ImportKind::Other => Err(String::from("not a function")),
        }
    });
    links.collect()
}

fn limits(module: &Module<'_>) -> Limits {
    let memory = module.memory().ok().flatten();
    Limits::new(1 << 20)
        .with_page_bytes(memory.map_or(1 << 16, |memory| memory.page_bytes()))
        .with_table_elements(1 << 10)
        .with_stack(1 << 20, 4_096)
}

/// Returns whether a refusal is one that an engine or admission gives for valid modules.
pub(super) fn is_by_design(why: &str) -> bool {
    const REASONS: &[&str] = &[
        "this engine does not support",
        "the module has more than",
        "which this device does not run",
        "the module exceeds a limit",
        // A segment that does not fit is valid and traps at instantiation; admission finds it
        // earlier.
        "its memory or table starts with",
        "lies outside its memory",
    ];
    REASONS.iter().any(|reason| why.contains(reason))
}

struct App<I> {
    instance: I,
    random: Random,
}

impl<I: Instance<Device>> App<I> {
    /// Calls an export, in slices.
    fn call(&mut self, export: &str) -> End {
        let mut fuel = self.slice();
        let mut left = FUEL;
        let mut step = self.instance.start(export, fuel);
        loop {
            left = left.saturating_sub(fuel.saturating_sub(self.instance.fuel()));
            if left == 0 {
                panic!("it does not end");
            }
            fuel = self.slice();
            step = match step {
                Step::Finished(value) => return End::Returned(value),
                Step::Trapped(Trap::StackOverflow) => return End::Limited,
                Step::Trapped(trap) => return End::Trapped(trap),
                Step::OutOfFuel { needed } => {
                    fuel = fuel.max(needed);
                    self.instance.resume(0, fuel)
                }
                Step::Paused => {
                    let later = self.instance.memory().1.later;
                    self.instance.resume(later, fuel)
                }
                step => unreachable!("an engine stops in a way that is not known here: {step:?}"),
            };
        }
    }

    fn slice(&mut self) -> u64 {
        match self.random.below(8) {
            0 => 1 + self.random.below(8),
            1..=4 => 1 + self.random.below(200),
            _ => 1 + self.random.below(10_000),
        }
    }

    fn look(&mut self, end: End) -> Seen {
        let globals = self.call(GLOBALS);
        let (memory, device) = self.instance.memory();
        Seen {
            end,
            globals,
            calls: (device.calls.count, device.calls.digest),
            memory: memory.to_vec(),
        }
    }
}
