//! Runs scripts on an engine in the same way as apps: parse, check, sanitise, validate, load, run
//! in slices.

use std::collections::BTreeMap;
use std::fmt;

use crate::admit;
use crate::by_design;
use crate::driver::{self, STEP};
use crate::script::{Ends, Kind, Module, Script, Step};
use akira_runtime::engine::{self, Engine, Host, Instance, Interrupt, Limits, Trap};
use akira_runtime::module::{self, ImportKind, START_EXPORT};

/// Fuel of a slice. It is so small that most calls of the suite take several slices.
const SLICE: u64 = 97;
/// Maximum number of slices of a call.
const SLICES: u32 = 1_000_000;

/// Limits for modules of the suite, above the needs of each.
const LIMITS: Limits = Limits::new(64 << 20)
    .with_table_elements(1 << 16)
    .with_stack(64 << 10, 512);

/// Number of modules and steps that were not run, for one reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) modules: usize,
    pub(crate) steps: usize,
}

/// Results of the steps of scripts.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) passed: usize,
    pub(crate) by_design: BTreeMap<&'static str, Count>,
    pub(crate) failures: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "passed {}", self.passed)?;
        writeln!(f, "modules  steps  refused by design")?;
        for (why, count) in &self.by_design {
            writeln!(f, "{:7} {:6}  {why}", count.modules, count.steps)?;
        }
        Ok(())
    }
}

impl Report {
    fn skip(&mut self, why: &'static str) {
        self.by_design.entry(why).or_default().steps += 1;
    }

    fn judge(&mut self, step: &Step, verdict: Result<(), String>) {
        match verdict {
            Ok(()) => self.passed += 1,
            Err(what) => self.failures.push(format!("{}: {what}", step.place)),
        }
    }
}

/// Module that a script has loaded.
enum Loaded<I> {
    Instance(Box<I>),
    /// Refused by design, for this reason.
    Refused(&'static str),
    /// Refused for another reason, or not loaded. The report has the failure.
    Failed,
}

/// Host of the suite. Its functions would print; here they do nothing.
#[derive(Debug)]
pub(crate) struct Spectest;

impl Host for Spectest {
    type Link = ();

    fn enter(&mut self, (): &(), _: &[u32], _: &mut [u8]) -> Result<i64, Interrupt> {
        Ok(0)
    }

    fn take_charge(&mut self) -> u64 {
        0
    }
}

/// Runs a script.
pub(crate) fn run<E: Engine>(engine: &E, script: &Script, report: &mut Report) {
    let mut loaded = Vec::new();
    let mut shared = Vec::new();
    for step in &script.steps {
        match &step.kind {
            Kind::Load(module) => {
                let module = &script.modules[*module];
                let module = load(engine, step, module, report);
                if matches!(
                    module,
                    Loaded::Refused(by_design::IMPORTS | by_design::OTHERS)
                ) {
                    refuse_shared(&mut loaded, &shared);
                }
                loaded.push(module);
            }
            Kind::Share(module) => {
                shared.extend(module);
                report.skip(by_design::REGISTER);
            }
            Kind::Call { module, ends } => call(&mut loaded[*module], step, ends, report),
            Kind::Refuse(module) => refuse(engine, step, module, report),
            Kind::TrapAtLoad { module, message } => {
                trap_at_load(engine, step, (module, message), report);
                refuse_shared(&mut loaded, &shared);
            }
            Kind::Skip(why) => report.skip(why),
        }
    }
}

/// Marks modules that share their exports as refused: a module that was refused would have changed
/// their state.
fn refuse_shared<I>(loaded: &mut [Loaded<I>], shared: &[usize]) {
    for module in shared {
        if let Some(module @ Loaded::Instance(_)) = loaded.get_mut(*module) {
            *module = Loaded::Refused(by_design::SHARED);
        }
    }
}

fn load<E: Engine>(
    engine: &E,
    step: &Step,
    module: &Module,
    report: &mut Report,
) -> Loaded<E::Instance<Spectest>> {
    if let Err(error) = admit(engine, &module.bytes) {
        return match by_design::refusal(&step.place, &error) {
            Some(why) => {
                report.by_design.entry(why).or_default().modules += 1;
                Loaded::Refused(why)
            }
            None => {
                report.judge(step, Err(format!("refused: {error}")));
                Loaded::Failed
            }
        };
    }
    let instance = driver::drive(&module.bytes, &module.calls)
        .ok_or_else(|| String::from("not driven"))
        .and_then(|bytes| instance(engine, &bytes));
    match instance {
        Ok(instance) => {
            report.judge(step, Ok(()));
            Loaded::Instance(Box::new(instance))
        }
        Err(error) => {
            report.judge(step, Err(format!("not loaded: {error}")));
            Loaded::Failed
        }
    }
}

/// Checks a module as admission does, and checks that its imports exist in the suite's host.
fn admit(engine: &impl Engine, bytes: &[u8]) -> Result<(), String> {
    let module = module::Module::parse(bytes).map_err(|error| error.to_string())?;
    check_imports(&module)?;
    admit::check(engine, bytes, limits(&module))
}

fn check_imports(module: &module::Module<'_>) -> Result<(), String> {
    let text = |error: module::ModuleError| error.to_string();
    for import in module.imports().map_err(text)? {
        let import = import.map_err(text)?;
        if import.kind == ImportKind::Other {
            return Err(by_design::IMPORTS.to_owned());
        }
        if import.module != "spectest" {
            return Err(by_design::OTHERS.to_owned());
        }
    }
    Ok(())
}

fn limits(module: &module::Module<'_>) -> Limits {
    let memory = module.memory().ok().flatten();
    LIMITS.with_page_bytes(memory.map_or(1 << 16, |memory| memory.page_bytes()))
}

/// Checks and loads a module, and runs its start function.
fn instance<E: Engine>(engine: &E, bytes: &[u8]) -> Result<E::Instance<Spectest>, String> {
    admit(engine, bytes)?;
    let mut instance = load_past_admission(engine, bytes)?;
    match finish(&mut instance, START_EXPORT) {
        engine::Step::Finished(_) => Ok(instance),
        engine::Step::Trapped(trap) => Err(trap.to_string()),
        stopped => Err(format!("the start function stopped: {stopped:?}")),
    }
}

/// Loads a module without admission's checks.
pub(crate) fn load_past_admission<E: Engine>(
    engine: &E,
    bytes: &[u8],
) -> Result<E::Instance<Spectest>, String> {
    let module = module::Module::parse(bytes).map_err(|error| error.to_string())?;
    let links = vec![(); module.imports().map_or(0, Iterator::count)];
    admit::load(engine, bytes, (&links, Spectest), limits(&module))
}

/// Calls an export in slices and returns how it ended.
pub(crate) fn finish<I: Instance<Spectest>>(instance: &mut I, export: &str) -> engine::Step {
    let mut step = instance.start(export, SLICE);
    for _ in 0..SLICES {
        match step {
            engine::Step::OutOfFuel { needed } => step = instance.resume(0, needed.max(SLICE)),
            _ => break,
        }
    }
    step
}

fn call<I: Instance<Spectest>>(
    loaded: &mut Loaded<I>,
    at: &Step,
    ends: &Ends,
    report: &mut Report,
) {
    let instance = match loaded {
        Loaded::Instance(instance) => instance,
        Loaded::Refused(why) => return report.skip(why),
        Loaded::Failed => return,
    };
    let stopped = finish(instance.as_mut(), STEP);
    let verdict = match (ends, stopped) {
        (Ends::Returns, engine::Step::Finished(1)) => Ok(()),
        (Ends::Returns, engine::Step::Finished(_)) => Err(String::from("another result")),
        (Ends::Traps(message), engine::Step::Trapped(trap)) if means(message, trap) => Ok(()),
        (ends, stopped) => Err(format!("{stopped:?}, not {ends:?}")),
    };
    match (verdict, by_design::deviation(&at.place)) {
        (Err(_), Some(why)) => report.skip(why),
        (verdict, _) => report.judge(at, verdict),
    }
}

/// Returns whether a trap corresponds to a message of the suite.
fn means(message: &str, trap: Trap) -> bool {
    let known = match trap {
        Trap::Unreachable => "unreachable",
        Trap::MemoryOutOfBounds => "out of bounds memory access",
        Trap::TableOutOfBounds => {
            return message == "out of bounds table access"
                || message.starts_with("undefined element");
        }
        Trap::IndirectCallToNull => "uninitialized element",
        Trap::DivisionByZero => "integer divide by zero",
        Trap::IntegerOverflow => "integer overflow",
        Trap::BadConversion => "invalid conversion to integer",
        Trap::BadSignature => "indirect call type mismatch",
        Trap::StackOverflow => "call stack exhausted",
        _ => return false,
    };
    message.starts_with(known)
}

fn refuse(engine: &impl Engine, step: &Step, module: &[u8], report: &mut Report) {
    match (admit(engine, module), by_design::accepted(&step.place)) {
        (Ok(_), Some(why)) => report.skip(why),
        (Ok(_), None) => report.judge(step, Err(String::from("accepted"))),
        (Err(_), _) => report.judge(step, Ok(())),
    }
}

fn trap_at_load<E: Engine>(
    engine: &E,
    step: &Step,
    (module, message): (&[u8], &str),
    report: &mut Report,
) {
    match instance(engine, module) {
        Ok(_) => report.judge(step, Err(String::from("loaded"))),
        Err(error) => match by_design::refusal(&step.place, &error) {
            Some(why) => report.skip(why),
            None if by_design::finds(&error, message) => report.judge(step, Ok(())),
            None => report.judge(step, Err(format!("{error}, not {message}"))),
        },
    }
}
